"""The messages of the queue: an export, and the step to do. Legible JSON, no secrets, no rows."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from chalicelib.domain.export_file import ExportFile


class Step(StrEnum):
    """A step of an export, done by one worker."""

    START = "start"
    SEGMENT = "segment"
    ASSEMBLE = "assemble"
    NOTIFY = "notify"
    # Queued messages have this value; during a deployment, old and new functions share them.
    REMOVE = "clear"


@dataclass(frozen=True, slots=True, kw_only=True)
class ExportMessage:
    """Asks a worker for one step. It may come twice, late or out of order."""

    shop: str
    export_id: str
    step: Step
    segment: int | None = None

    @classmethod
    def of(cls, job: ExportFile, step: Step, segment: int | None = None) -> ExportMessage:
        """Return the message that asks for a step of this job; `segment` is a segment's number."""
        return cls(shop=job.shop, export_id=job.id, step=step, segment=segment)

    def to_json(self) -> dict[str, Any]:
        """Return the message in plain JSON types."""
        # Operators read and send these by hand: plain names, nothing that is optional.
        plain: dict[str, Any] = {
            "shop": self.shop,
            "export_id": self.export_id,
            "step": self.step.value,
        }
        return plain if self.segment is None else {**plain, "segment": self.segment}

    @classmethod
    def from_json(cls, stored: Mapping[str, Any]) -> ExportMessage:
        """Return the message that `to_json` wrote; KeyError or ValueError if it is not one."""
        return cls(
            shop=stored["shop"],
            export_id=stored["export_id"],
            step=Step(stored["step"]),
            segment=stored.get("segment"),
        )
