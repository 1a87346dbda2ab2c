"""An outage: a shop was not asked for changes for so long that its deliveries may be lost."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Final

from chalicelib.domain.shop import Shop
from chalicelib.domain.sync import SyncState
from chalicelib.services.sync.sync_service import SyncService

# Saleor gives a delivery up after 310 s. Three reconciliations that did not come are an outage, of
# the shop or of this service.
OUTAGE_RECONCILIATIONS: Final = 3


def is_out(sync: SyncService, shop: Shop, state: SyncState, now: datetime) -> bool:
    """Return whether the shop was last asked so long ago that deliveries may be lost."""
    outage = OUTAGE_RECONCILIATIONS * sync.seconds(shop, "reconcile_seconds")
    silent = timedelta(seconds=outage + sync.seconds(shop, "replica_lag_seconds"))
    return state.asked_at is not None and now - state.asked_at > silent
