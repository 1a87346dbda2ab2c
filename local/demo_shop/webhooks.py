"""Signed deliveries of the demo shop's events, with Saleor's retries and its freedom to misorder.

A delivery is one POST: the body is the event's object, the signature a detached JWS over its bytes.
"""

from __future__ import annotations

import json
import random
import threading
import time
import urllib.error
import urllib.request
from collections import deque
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any, Final

from local.demo_shop.caller import InstalledApp
from local.demo_shop.data import Event
from local.issuer import LocalIssuer

# Seconds after the event. A shop on Saleor waits 10, 30, 70, 150 and 310.
ATTEMPTS_AT: Final = (0.0, 0.5, 1.5, 3.5)
DELIVERY_SECONDS: Final = 18
MAX_LATEST: Final = 50


@dataclass(slots=True)
class Mischief:
    """Faults of deliveries: the shares, from 0 to 1, that are lost, doubled or late."""

    lost: float = 0.0
    doubled: float = 0.0
    late: float = 0.0
    chance: random.Random = field(default_factory=lambda: random.Random(7))

    def happens(self, share: float) -> bool:
        """Return whether a share of deliveries takes in this one."""
        return self.chance.random() < share


@dataclass(slots=True)
class Deliveries:
    """Sends events to the webhooks of the installed app, each on a thread of its own.

    `latest` are the last deliveries: the event and the status of the answer, 0 for a lost one.
    """

    api_url: str
    issuer: LocalIssuer
    find_app: Callable[[], InstalledApp | None]
    now: Callable[[], datetime] = lambda: datetime.now(UTC)
    latest: deque[tuple[str, int]] = field(default_factory=lambda: deque(maxlen=MAX_LATEST))
    mischief: Mischief = field(default_factory=Mischief)

    def publish(self, event: Event) -> None:
        """Deliver one event to every active webhook that asked for its type."""
        app = self.find_app()
        if app is None or not app.is_active:
            # Saleor does not even record the events of an app that is switched off.
            return
        for webhook in list(app.webhooks.values()):
            if webhook["isActive"] and _wants(webhook, event.type):
                self._start(webhook, event)

    def _start(self, webhook: dict[str, Any], event: Event) -> None:
        if self.mischief.happens(self.mischief.lost):
            self._record(webhook, event, "FAILED")
            self.latest.append((_snake(event.type), 0))
            return
        for _ in range(1 + self.mischief.happens(self.mischief.doubled)):
            pause = 1.0 if self.mischief.happens(self.mischief.late) else 0.0
            threading.Thread(
                target=self._deliver, args=(webhook, event, pause), daemon=True
            ).start()

    def _deliver(self, webhook: dict[str, Any], event: Event, pause: float) -> None:
        body = json.dumps(payload_of(event, self.now())).encode()
        time.sleep(pause)
        before = 0.0
        for moment in ATTEMPTS_AT:
            time.sleep(moment - before)
            before = moment
            status = self._post(webhook["targetUrl"], event.type, body)
            if status < 500:
                break
        self.latest.append((_snake(event.type), status))
        if not 200 <= status < 300:
            self._record(webhook, event, "FAILED")

    def _post(self, url: str, event_type: str, body: bytes) -> int:
        """Return the status of the answer. 599 stands for no answer at all."""
        headers = {
            "Content-Type": "application/json",
            "Saleor-Event": _snake(event_type),
            "Saleor-Domain": self.api_url.split("/")[2],
            "Saleor-Api-Url": self.api_url,
            "Saleor-Signature": self.issuer.sign_detached(body),
        }
        request = urllib.request.Request(url, data=body, headers=headers, method="POST")
        try:
            with urllib.request.urlopen(request, timeout=DELIVERY_SECONDS) as answer:
                return int(answer.status)
        except urllib.error.HTTPError as error:
            return error.code
        except OSError:
            return 599

    def _record(self, webhook: dict[str, Any], event: Event, status: str) -> None:
        """Keep a failed delivery, which the app can read for 14 days."""
        webhook["deliveries"].append(
            {
                "id": f"RXZlbnREZWxpdmVyeTo{len(webhook['deliveries'])}",
                "createdAt": self.now().isoformat(),
                "eventType": _snake(event.type).upper(),
                "status": status,
                "payload": json.dumps(payload_of(event, self.now())),
            }
        )


def payload_of(event: Event, now: datetime) -> dict[str, Any]:
    """Return the body of a delivery: ids only, as the catalogue webhook asks."""
    node: Mapping[str, Any] = event.node
    shown: dict[str, Any] = {"id": node["id"]}
    if "product" in node and event.field == "productVariant":
        shown["product"] = {"id": node["product"]["id"]}
    if event.field == "app":
        shown["isActive"] = node["isActive"]
    return {"__typename": event.type, "issuedAt": now.isoformat(), event.field: shown}


def _wants(webhook: Mapping[str, Any], event_type: str) -> bool:
    name = _snake(event_type).upper()
    return any(one["eventType"] == name for one in webhook["asyncEvents"])


def _snake(name: str) -> str:
    return "".join(f"_{one.lower()}" if one.isupper() else one for one in name).lstrip("_")
