"""What resolvers find: who asks, of which service, and under which Idempotency-Key."""

from __future__ import annotations

import hashlib
import json
import re
from dataclasses import dataclass, field, replace
from datetime import timedelta
from typing import Any, Final, Self

from chalicelib.api.graphql_errors import QueryRefused
from chalicelib.domain.idempotency import REPLAY_SECONDS, IdempotencyKey
from chalicelib.domain.requestor import Requestor
from chalicelib.services.requests.api_service import ApiService

_KEY: Final = re.compile(r"[\x21-\x7e]{1,255}")

# Aliases ask for the same thing many times. The events and downloads of a full page of exports are 200 reads; this many
# take, by estimate, ten seconds of the 29 that a function has.
MAX_READS: Final = 1_000
# What goes through a whole list asks for page after page.
READS_PER_LIST: Final = 20


@dataclass(slots=True)
class ReadBudget:
    """How often one HTTP request may still ask the tables, all requests sent together in it included.

    An estimate, made before reading: one for what is asked at once, more for what goes through a list.
    """

    left: int = MAX_READS

    def spend(self, reads: int) -> None:
        """Take these from what is left; QueryRefused, and nothing is taken, when it is less."""
        if reads > self.left:
            raise QueryRefused(
                "This request reads too much at once. Ask for less, or send several requests."
            )
        self.left -= reads


@dataclass(frozen=True, slots=True, kw_only=True)
class RequestContext:
    """One request. `request_id` is the one that stands in the logs, `place` its place in a list of requests."""

    requestor: Requestor
    service: ApiService
    request_id: str = ""
    idempotency_key: str = ""
    fingerprint: str = ""
    place: int = 0
    budget: ReadBudget = field(default_factory=ReadBudget)

    @property
    def has_valid_key(self) -> bool:
        """Whether the Idempotency-Key, if there is one, may be used as such."""
        return not self.idempotency_key or _KEY.fullmatch(self.idempotency_key) is not None

    def for_body(self, body: Any) -> Self:
        """The context of a request with this JSON body; how the JSON was written does not matter."""
        if not self.idempotency_key:
            return self
        return replace(
            self, fingerprint=hashlib.sha256(json.dumps(body, sort_keys=True).encode()).hexdigest()
        )

    def at(self, place: int) -> Self:
        """The context of one request of several that were sent together."""
        return replace(self, place=place)

    def key_of(self, mutation: str) -> IdempotencyKey | None:
        """The key of one mutation, named as the answer names it; None when the client gave none."""
        if not self.idempotency_key:
            return None
        place = f"{self.requestor.id}#{self.place}#{mutation}#{self.idempotency_key}"
        return IdempotencyKey(
            text=f"{self.requestor.shop}#{hashlib.sha256(place.encode()).hexdigest()}",
            fingerprint=self.fingerprint,
            expires_at=self.service.clock.now() + timedelta(seconds=REPLAY_SECONDS),
        )
