"""The same request sent twice is one request: what a client's Idempotency-Key stands for."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Final

REPLAY_SECONDS: Final = 24 * 60 * 60


@dataclass(frozen=True, slots=True, kw_only=True)
class IdempotencyKey:
    """One mutation of a request with a key.

    `text` is unique to the shop, the requestor, their key and the mutation's place in the request; `fingerprint` is
    the hash of the request's body. The key counts until `expires_at`.
    """

    text: str
    fingerprint: str
    expires_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Replay:
    """What a key was used for: the body's fingerprint and the export made of it."""

    fingerprint: str
    export_id: str
