"""What the queue carries: which export, and which step of it. Legible JSON, no secrets, no rows."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any


class Step(StrEnum):
    """The steps of an export that a worker can be asked for."""

    START = "start"
    SEGMENT = "segment"
    ASSEMBLE = "assemble"
    NOTIFY = "notify"
    CLEAR = "clear"


@dataclass(frozen=True, slots=True, kw_only=True)
class ExportMessage:
    """Asks a worker for one step. Delivered twice, late or out of order it changes nothing more."""

    shop: str
    export_id: str
    step: Step
    segment: int | None = None

    def to_json(self) -> dict[str, Any]:
        plain: dict[str, Any] = {
            "shop": self.shop,
            "export_id": self.export_id,
            "step": self.step.value,
        }
        return plain if self.segment is None else {**plain, "segment": self.segment}

    @classmethod
    def from_json(cls, stored: Mapping[str, Any]) -> ExportMessage:
        """The message that `to_json` wrote; KeyError or ValueError when it is not one."""
        return cls(
            shop=stored["shop"],
            export_id=stored["export_id"],
            step=Step(stored["step"]),
            segment=stored.get("segment"),
        )
