"""Answer the app about itself: its permissions, webhooks, deliveries and problems."""

from __future__ import annotations

import itertools
from datetime import datetime
from typing import Any, Final

from local.demo_shop.caller import Info, InstalledApp, app_of
from local.demo_shop.data import Node
from local.demo_shop.pages import make_page


def own_app(parent: Any, info: Info) -> Node | None:
    """Return the app that asks, None for an anonymous shopper."""
    app: InstalledApp | None = info.context.app
    if app is None:
        return None
    return {
        "id": app.id,
        "identifier": app.identifier,
        "isActive": app.is_active,
        "name": app.name,
        "permissions": [{"code": code, "name": code} for code in app.permissions],
        "webhooks": list(app.webhooks.values()),
    }


def version(parent: Node, info: Info) -> str:
    """Return Saleor's version, which it does not show to shoppers."""
    app_of(info)
    found: str = parent["version"]
    return found


_webhook_numbers: Final = itertools.count(1)


def create_webhook(parent: Any, info: Info, input: Node) -> Node:
    """Create a webhook of the app."""
    webhook = {
        "id": f"V2ViaG9vazo{next(_webhook_numbers)}",
        **_webhook_facts(input),
        "deliveries": [],
    }
    app_of(info).webhooks[webhook["id"]] = webhook
    return {"errors": [], "webhook": webhook}


def update_webhook(parent: Any, info: Info, id: str, input: Node) -> Node:
    """Change a webhook of the app."""
    webhook = app_of(info).webhooks.get(id)
    if webhook is None:
        return {"errors": [{"field": "id", "message": "Couldn't resolve id."}], "webhook": None}
    webhook.update(_webhook_facts(input))
    return {"errors": [], "webhook": webhook}


def _webhook_facts(input: Node) -> Node:
    return {
        "name": input["name"],
        "targetUrl": input["targetUrl"],
        "isActive": input.get("isActive", True),
        "subscriptionQuery": input["query"],
        "asyncEvents": [{"name": one, "eventType": one} for one in input["asyncEvents"]],
    }


def failed_deliveries(
    parent: Node,
    info: Info,
    first: int | None = None,
    after: str | None = None,
    sortBy: Node | None = None,  # noqa: N803 - the argument's name in the schema
    **_: Any,
) -> Node:
    """Return a page of the deliveries that failed."""
    failed = [one for one in parent["deliveries"] if one["status"] == "FAILED"]
    is_descending = (sortBy or {}).get("direction") == "DESC"
    return make_page(
        failed, _newest_first if is_descending else _oldest_first, first=first, after=after
    )


def _oldest_first(delivery: Node) -> list[str]:
    return [delivery["createdAt"], delivery["id"]]


def _newest_first(delivery: Node) -> list[str]:
    moment = datetime.fromisoformat(delivery["createdAt"]).timestamp()
    return [f"{10**12 - moment:020.6f}", delivery["id"]]


def report_problem(parent: Any, info: Info, input: Node) -> Node:
    """Store a problem that the app reports."""
    app = app_of(info)
    problem = {"id": f"QXBwUHJvYmxlbTo{len(app.problems)}", **input}
    app.problems.append(problem)
    return {"appProblem": problem}


def dismiss_problems(parent: Any, info: Info, input: Node) -> Node:
    """Remove the problems with these keys."""
    app = app_of(info)
    app.problems = [one for one in app.problems if one["key"] not in input["byApp"]["keys"]]
    return {"errors": []}
