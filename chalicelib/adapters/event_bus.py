"""Events for other systems, on EventBridge."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any, Final

from botocore.exceptions import BotoCoreError, ClientError

from chalicelib.adapters.aws.clients import client
from chalicelib.errors import Unavailable

SOURCE: Final = "waybill"


class EventBridgeBus:
    """`EventBus` on one EventBridge bus."""

    def __init__(self, name: str) -> None:
        self._name = name

    def publish(self, detail_type: str, detail: Mapping[str, Any]) -> None:
        """Publish one event; Unavailable if the bus refused it or did not answer."""
        entry = {
            "EventBusName": self._name,
            "Source": SOURCE,
            "DetailType": detail_type,
            "Detail": json.dumps(detail),
        }
        try:
            answer = client("events").put_events(Entries=[entry])
        except (ClientError, BotoCoreError) as error:
            raise Unavailable(f"The event bus did not take the event: {error}") from error
        # EventBridge answers 200 although it refused an entry, and botocore does not repeat that.
        if answer.get("FailedEntryCount"):
            raise Unavailable(
                f"The event bus did not take the event: {answer['Entries'][0].get('ErrorCode')}"
            )
