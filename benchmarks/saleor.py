"""Saleor's figures beside ours, measured once with both on one machine."""

from __future__ import annotations

from typing import Final

# An unmodified Saleor 3.23.28 and Waybill exported the same 5,032 products, 10,010 gift cards and
# 10,000 voucher codes, five runs each.
BESIDE_SALEOR: Final = """\
Waybill and an unmodified Saleor 3.23.28 ran beside each other in November 2026, with the same 5,032
products, 10,010 gift cards and 10,000 voucher codes, five runs each. The files were identical to
the byte, weights aside. The figures are processor seconds: of Saleor's worker, of PostgreSQL for
it, and of our worker function. DynamoDB has no figure, because AWS charges for it by request.

| export | Saleor | PostgreSQL | Waybill | Saleor / Waybill | goal |
|---|--:|--:|--:|--:|--:|
| everything, CSV (12,573 rows × 41) | 1.67 | 0.42 | 0.185 | 9 × | ≥ 15 × |
| five default fields, CSV | 0.122 | 0.12 | 0.082 | 1.5 × | ≥ 4 × |
| everything without channels, XLSX | 21.7 | 0.2 | 0.317 | 69 × | ≥ 100 × |
| gift cards (from the table) | 0.080 | 0.08 | 0.093 | 0.85 × | ≥ 3 × |
| voucher codes (from the table) | 0.105 | 0.13 | 0.098 | 1.1 × | ≥ 3 × |
| one product | 0.034 | | 0.027 | 1.25 × | ≥ 3 × |

The table is older than the figures below. Saleor has not run beside this version. One unit of the
next table took 0.14 s on that machine; with its units of today, Saleor would take 16, 5, 163, 3.0,
3.9 and 3.1 times our processor time, in the order of the lines.

The **plain** way below is seven times slower than
Saleor, so the ratios to it flatter Waybill. The unit of the next table does not."""
