from __future__ import annotations

import pytest

from chalicelib.domain.message import ExportMessage, Step


@pytest.mark.parametrize("segment", [None, 0, 7])
@pytest.mark.parametrize("step", Step)
def test_a_message_comes_back_from_its_json(step: Step, segment: int | None) -> None:
    message = ExportMessage(shop="default", export_id="id", step=step, segment=segment)
    assert ExportMessage.from_json(message.to_json()) == message


@pytest.mark.parametrize(
    ("text", "step"),
    [
        ("start", Step.START),
        ("segment", Step.SEGMENT),
        ("assemble", Step.ASSEMBLE),
        ("notify", Step.NOTIFY),
        ("clear", Step.REMOVE),
    ],
)
def test_messages_that_the_version_before_has_queued_are_understood(text: str, step: Step) -> None:
    queued = {"shop": "default", "export_id": "id", "step": text}
    assert ExportMessage.from_json(queued).step is step
