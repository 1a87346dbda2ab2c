"""What resolvers find: who asks, and of which service."""

from __future__ import annotations

from dataclasses import dataclass

from chalicelib.domain.requestor import Requestor
from chalicelib.services.api_service import ApiService


@dataclass(frozen=True, slots=True, kw_only=True)
class RequestContext:
    """One request. `request_id` is the one that stands in the logs."""

    requestor: Requestor
    service: ApiService
    request_id: str = ""
