"""The context of one HTTP request, as resolvers find it."""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import timedelta
from itertools import count
from typing import Any, Final, Self

from chalicelib.api.graphql_errors import QueryRefused
from chalicelib.domain.export_file import ExportFile
from chalicelib.domain.idempotency import REPLAY_SECONDS, IdempotencyKey
from chalicelib.domain.progress import Progress
from chalicelib.domain.requestor import Requestor
from chalicelib.errors import RateReached, RequestRefused, WaybillError
from chalicelib.services.requests.api_service import ApiService
from chalicelib.words.text import say

_KEY: Final = re.compile(r"[\x21-\x7e]{1,255}")

# Aliases repeat a field many times. The events and downloads of a full page of exports are 200
# reads; 1,000 take an estimated 10 of the 29 seconds that API Gateway waits. The few writes that
# queries cause, of links to files, count like reads.
MAX_READS: Final = 1_000
# A field that goes through a whole list reads page after page.
READS_PER_LIST: Final = 20
# A connected shop is asked for some lists, page by page, and its own customers come first.
READS_PER_LIST_OF_SHOP: Final = 5 * READS_PER_LIST


@dataclass(slots=True)
class ReadBudget:
    """The table reads that one HTTP request has left, shared by all GraphQL requests in it.

    Resolvers spend an estimate before they read: 1 for a single item, more for a list.
    """

    left: int = MAX_READS

    def spend(self, reads: int) -> None:
        """Spend reads; QueryRefused if fewer are left."""
        if reads > self.left:
            raise QueryRefused(
                say("This request reads too much at once. Ask for less, or send several requests.")
            )
        self.left -= reads


@dataclass(frozen=True, slots=True)
class LinkBatches:
    """The links to files that one HTTP request hands out.

    `pages` has the exports of each listed export's page, whose links are recorded together. `found`
    has a link, None or an error by the id of an export: each link is asked for once.
    """

    pages: dict[str, Sequence[ExportFile]] = field(default_factory=dict)
    found: dict[str, str | WaybillError | None] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class RequestContext:
    """One HTTP request; `request_id` is its id in the logs.

    `mutations` numbers the mutations that an Idempotency-Key covers, in the order of their
    execution. `progress` has what was read of running exports, by id. `waits` has the seconds to
    wait that refused fields of the request ask for.
    """

    requestor: Requestor
    service: ApiService
    request_id: str = ""
    idempotency_key: str = ""
    fingerprint: str = ""
    mutations: Iterator[int] = field(default_factory=count)
    budget: ReadBudget = field(default_factory=ReadBudget)
    links: LinkBatches = field(default_factory=LinkBatches)
    progress: dict[str, Progress] = field(default_factory=dict)
    waits: list[int] = field(default_factory=list)

    @property
    def language(self) -> str:
        """Return the code of the language of the texts in the answer."""
        return self.requestor.language

    @property
    def has_valid_key(self) -> bool:
        """Return whether the Idempotency-Key is absent or well-formed."""
        return not self.idempotency_key or _KEY.fullmatch(self.idempotency_key) is not None

    def note_wait(self, refused: RequestRefused) -> None:
        """Remember how long the client has to wait, if the refusal says so."""
        if isinstance(refused, RateReached):
            self.waits.append(refused.retry_after_seconds)

    def for_body(self, body: Any) -> Self:
        """Return the context of a request with this body.

        Spacing and the order of its names do not matter.
        """
        if not self.idempotency_key:
            return self
        return replace(
            self, fingerprint=hashlib.sha256(json.dumps(body, sort_keys=True).encode()).hexdigest()
        )

    def next_key(self) -> IdempotencyKey | None:
        """Return the key of the next mutation, None if the client sent none.

        Call it once per mutation and before anything that can fail: a repeated request must count
        alike.
        """
        if not self.idempotency_key:
            return None
        # A number, not the mutation's name: the key of one mutation must not start another one.
        place = f"{self.requestor.id}#{next(self.mutations)}#{self.idempotency_key}"
        return IdempotencyKey(
            text=f"{self.requestor.shop}#{hashlib.sha256(place.encode()).hexdigest()}",
            fingerprint=self.fingerprint,
            expires_at=self.service.clock.now() + timedelta(seconds=REPLAY_SECONDS),
        )
