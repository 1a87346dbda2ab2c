"""The layout of the table of issuers. This module imports nothing of AWS, as the template needs."""

from __future__ import annotations

from typing import Final

ISSUER_KEY: Final = ("issuer",)
# An issuer's reach is its shop, or "*" if its tokens may name any shop.
BY_REACH: Final = "by_reach"
REACH_KEY: Final = ("reach", "issuer")
