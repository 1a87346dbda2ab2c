"""Idempotency keys: a request that is sent twice with the same key makes one export."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Final

# A client repeats a lost request within minutes. A day later the same body means a new export.
REPLAY_SECONDS: Final = 24 * 60 * 60


@dataclass(frozen=True, slots=True, kw_only=True)
class IdempotencyKey:
    """The key of one mutation.

    `text` is unique to shop, requestor, client key and the mutation's place in its request;
    `fingerprint` is the hash of the request's body. The key is valid until `expires_at`.
    """

    text: str
    fingerprint: str
    expires_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Replay:
    """The use of a key: the body's fingerprint and the export that was made for it."""

    fingerprint: str
    export_id: str
