"""The service over the catalogue that a sync has stored."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from tests.factories import Service, make_settings
from tests.sync_world import NAME, SyncWorld


def make_synced_service(world: SyncWorld, **settings: Any) -> Service:
    """Return a service that exports what the sync of a world has stored."""
    service = Service(settings=make_settings(**settings), clock=world.clock)
    for (_, kind), stored in world.catalog.documents.items():
        store(service, kind, stored)
    return service


def store(service: Service, kind: str, documents: Mapping[int, Mapping[str, Any]]) -> None:
    """Put documents into the catalogue of the service."""
    for number, document in documents.items():
        service.source.add(kind, number, document, shop=NAME)
