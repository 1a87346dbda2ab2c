"""Write amounts as people read them: with the decimals of their currency."""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache
from typing import Final

# The currencies of ISO 4217 that do not have two decimals.
_WITHOUT: Final = "BIF CLP DJF GNF ISK JPY KMF KRW PYG RWF UGX UYI VND VUV XAF XOF XPF"
_WITH_THREE: Final = "BHD IQD JOD KWD LYD OMR TND"
_DECIMALS: Final[Mapping[str, int]] = dict.fromkeys(_WITHOUT.split(), 0) | dict.fromkeys(
    _WITH_THREE.split(), 3
)
_USUAL: Final = 2
# Prices repeat: many end in 9.
AMOUNTS_KEPT: Final = 4_096


@lru_cache(AMOUNTS_KEPT)
def amount_text(amount: str, currency: str) -> str:
    """Return an amount, such as 1200.000, with the decimals of its currency.

    A digit that is not 0 stays: an amount with more decimals has two, or all of them.
    """
    whole, _, decimals = amount.partition(".")
    least = len(decimals.rstrip("0"))
    wanted = (_DECIMALS.get(currency, _USUAL), _USUAL)
    shown = next((number for number in wanted if number >= least), len(decimals))
    return f"{whole}.{decimals[:shown]}" if shown else whole
