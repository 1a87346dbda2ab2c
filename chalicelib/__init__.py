"""Waybill: a shop's data export as a service of its own."""

from __future__ import annotations

from typing import Final

VERSION: Final = "0.1.0"
