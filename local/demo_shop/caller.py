"""The callers of the demo shop's API: the installed app or an anonymous shopper."""

from __future__ import annotations

from dataclasses import dataclass, field

from graphql import GraphQLError, GraphQLResolveInfo

from local.demo_shop.data import DemoShop, Node

Info = GraphQLResolveInfo


@dataclass(slots=True)
class InstalledApp:
    """Waybill, or another app, as the shop knows it."""

    id: str
    identifier: str
    token: str
    permissions: tuple[str, ...]
    name: str = "Waybill"
    is_active: bool = True
    webhooks: dict[str, Node] = field(default_factory=dict)
    problems: list[Node] = field(default_factory=list)
    extensions: tuple[Node, ...] = ()
    app_url: str = ""


@dataclass(slots=True)
class Caller:
    """The caller: an app, or None for an anonymous shopper, as Saleor treats every bad token.

    `is_off` marks the token of an app that staff switched off, which Saleor refuses.
    """

    app: InstalledApp | None
    shop: DemoShop
    is_off: bool = False


def app_of(info: Info) -> InstalledApp:
    """Return the app that asks; an error of GraphQL for an anonymous shopper."""
    app: InstalledApp | None = info.context.app
    if app is None:
        raise GraphQLError("You need to be an app.", extensions={"code": "PermissionDenied"})
    return app
