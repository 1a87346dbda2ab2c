from __future__ import annotations

from hypothesis import settings

# A busy machine makes no test fail.
settings.register_profile("waybill", deadline=None)
settings.load_profile("waybill")
