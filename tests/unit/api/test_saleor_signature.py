"""Every recorded delivery is accepted, and nothing else that only looks like one."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any, Final

import pytest

from chalicelib.api.rs256 import Rs256Key
from chalicelib.api.saleor_signature import verify_signature
from chalicelib.errors import EventRefused

SAMPLES: Final = Path(__file__).parents[4] / "shared/saleor/shop/samples"
pytestmark = pytest.mark.skipif(not SAMPLES.exists(), reason="the contract's data is not here")


def read_sample(name: str) -> Any:
    return json.loads((SAMPLES / name).read_text())


def make_deliveries() -> list[tuple[str, bytes]]:
    """Return the signature and the bytes of every recorded delivery."""
    found = []
    for path in sorted(SAMPLES.glob("delivery-*.json")):
        recorded = read_sample(path.name)
        for one in recorded.values() if isinstance(recorded, dict) else recorded:
            text = one["body"] if isinstance(one["body"], str) else json.dumps(one["body"])
            found.append((dict(one["headers"])["Saleor-Signature"], text.encode()))
    return found


def make_keys() -> dict[str, Rs256Key]:
    return {entry["kid"]: Rs256Key(entry) for entry in read_sample("jwks.json")["body"]["keys"]}


def test_recorded_deliveries_are_accepted() -> None:
    deliveries, keys = make_deliveries(), make_keys()
    assert len(deliveries) > 20
    for signature, body in deliveries:
        verify_signature(signature, body, keys.__getitem__)


def test_a_delivery_with_one_changed_byte_is_refused() -> None:
    signature, body = make_deliveries()[0]
    with pytest.raises(EventRefused):
        verify_signature(signature, body[:-1] + b"]", make_keys().__getitem__)


def test_a_delivery_signed_with_an_unknown_key_is_refused() -> None:
    signature, body = make_deliveries()[0]
    with pytest.raises(EventRefused):
        verify_signature(signature, body, dict[str, Rs256Key]().__getitem__)


def test_a_signature_that_carries_its_own_payload_is_refused() -> None:
    """It would prove something about the payload in the signature, not about the body."""
    signature, body = make_deliveries()[0]
    head, _, tail = signature.split(".")
    with pytest.raises(EventRefused):
        verify_signature(f"{head}.e30.{tail}", body, make_keys().__getitem__)


@pytest.mark.parametrize("signature", ["", "a", "a.b", "..", "a.b.c.d", "\x00", "é..", "e30..e30"])
def test_nonsense_is_refused(signature: str) -> None:
    with pytest.raises(EventRefused):
        verify_signature(signature, b"{}", make_keys().__getitem__)
