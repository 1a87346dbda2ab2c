"""List prices of AWS in us-east-1, in US dollars, as of November 2026. Change them here."""

from __future__ import annotations

from typing import Final

READ_UNIT: Final = 0.125 / 1e6
GB_SECOND: Final = 0.0000166667
S3_WRITE: Final = 0.005 / 1000
MESSAGE: Final = 0.40 / 1e6
# Lambda gives one whole core with this much memory.
WORKER_GB: Final = 1769 / 1024
PART_BYTES: Final = 8 << 20


def dollars_per_million_products(
    *, read_units: float, seconds_a_product: float, bytes_a_product: float, segments: int
) -> dict[str, float]:
    """Return the cost of exporting a million products by service."""
    million = 1_000_000
    return {
        "DynamoDB reads": read_units * million * READ_UNIT,
        "Lambda": seconds_a_product * million * WORKER_GB * GB_SECOND,
        "S3 writes": (bytes_a_product * million / PART_BYTES * 2 + segments * 3) * S3_WRITE,
        "SQS": (segments * 3 + 6) * MESSAGE,
    }
