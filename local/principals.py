"""The principals of a local run, from a file or the four defaults, and a token for each."""

from __future__ import annotations

import json
import secrets
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, Final

from chalicelib.domain.global_id import encode_global_id
from chalicelib.exports.registry import ALL_PERMISSIONS
from local.issuer import LocalIssuer
from ops.apps import create_app

Principal = Mapping[str, Any]
_NEEDED: Final[Mapping[str, Sequence[str]]] = {
    "user": ("id", "email", "first_name", "last_name", "is_staff", "permissions"),
    "app": ("id", "name", "permissions"),
}


def _staff(number: int, kind: str, email: str, permissions: Sequence[str] | str) -> Principal:
    return {
        "kind": kind,
        "type": "user",
        "id": encode_global_id("User", number),
        "email": email,
        "first_name": "Demo",
        "last_name": kind.replace("_", " ").title(),
        "is_staff": True,
        "permissions": permissions,
    }


DEFAULT_PRINCIPALS: Final[tuple[Principal, ...]] = (
    _staff(1, "admin", "admin@example.com", "ALL"),
    _staff(2, "staff_products", "products@example.com", ["MANAGE_PRODUCTS"]),
    _staff(3, "staff_giftcards", "giftcards@example.com", ["MANAGE_GIFT_CARD"]),
    _staff(4, "staff_discounts", "discounts@example.com", ["MANAGE_DISCOUNTS"]),
)


def read_principals(path: Path | None) -> Sequence[Principal]:
    """Return the principals in a file; ValueError says why it does not hold any."""
    if path is None:
        return DEFAULT_PRINCIPALS
    try:
        listed: list[Principal] = json.loads(path.read_text("utf-8"))
        _check(listed)
    except (OSError, ValueError) as error:
        raise ValueError(f"{path} cannot be read as a list of principals: {error}") from error
    return listed


def _check(listed: Any) -> None:
    """Raise ValueError unless these are principals with all that a token needs."""
    if not isinstance(listed, list) or not listed:
        raise ValueError("it must be a list with at least one")
    for position, one in enumerate(listed, start=1):
        given = one if isinstance(one, dict) else {}
        needed = ("kind", "type", *_NEEDED.get(str(given.get("type")), ()))
        missing = [name for name in needed if name not in given]
        if missing:
            raise ValueError(f"principal {position} lacks {', '.join(missing)}")


def mint_tokens(
    principals: Sequence[Principal], issuer: LocalIssuer, apps_table: str
) -> dict[str, str]:
    """Return a token for each principal, by kind."""
    stranger = LocalIssuer(issuer.url)
    return {str(one["kind"]): _mint(one, issuer, stranger, apps_table) for one in principals}


def _mint(one: Principal, issuer: LocalIssuer, stranger: LocalIssuer, apps_table: str) -> str:
    if one["type"] == "user":
        return issuer.sign(claims_of(one))
    if one["type"] == "app":
        return _app_token(one, apps_table, issuer.shop)
    # The other kinds try what the service must refuse: a token of another key, and a random text.
    if "jwt" in one["kind"]:
        return stranger.sign(
            {"user_id": encode_global_id("User", 1), "permissions": list(ALL_PERMISSIONS)}
        )
    return secrets.token_urlsafe(32)


def _app_token(app: Principal, apps_table: str, shop: str) -> str:
    made = create_app(
        apps_table,
        name=app["name"],
        permissions=_permissions(app),
        shop=shop,
        app_id=app["id"],
        identifier=app.get("identifier", ""),
    )
    return made.token


def claims_of(user: Principal) -> dict[str, Any]:
    """Return the claims of a user's token."""
    named = {name: user[name] for name in ("email", "first_name", "last_name", "is_staff")}
    return {"sub": user["id"], "user_id": user["id"], **named, "permissions": _permissions(user)}


def _permissions(one: Principal) -> list[str]:
    return list(ALL_PERMISSIONS) if one["permissions"] == "ALL" else list(one["permissions"])
