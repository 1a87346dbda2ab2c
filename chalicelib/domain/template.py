"""Templates: requests for exports that people keep under a name."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Final

from chalicelib.domain.request import ExportRequest
from chalicelib.domain.requestor import App, Requestor, User

MAX_TEMPLATES_PER_SHOP: Final = 100


@dataclass(frozen=True, slots=True, kw_only=True)
class Template:
    """A named request of one shop. One that the service brings along has no owner and no times.

    `names` has the names of the attributes, warehouses, channels and the like in the request by
    global id, as they were when the template was saved.
    """

    id: str
    shop: str
    name: str
    request: ExportRequest
    is_shared: bool = False
    user: User | None = None
    app: App | None = None
    created_at: datetime | None = None
    updated_at: datetime | None = None
    names: Mapping[str, str] = field(default_factory=dict)

    @property
    def is_built_in(self) -> bool:
        """Return whether the service brings the template along."""
        return self.created_at is None

    def is_of(self, requestor: Requestor) -> bool:
        """Return whether the requestor owns the template."""
        owner = self.user or self.app
        return owner is not None and owner.id == requestor.id

    def is_open_to(self, requestor: Requestor) -> bool:
        """Return whether the requestor may see the template, as far as its owner decides."""
        return self.is_shared or self.is_of(requestor)
