"""Gift cards and voucher codes of the benchmarks' shop, as packs of the catalogue table."""

from __future__ import annotations

import base64
import json
import tempfile
from collections import defaultdict
from collections.abc import Callable, Mapping
from functools import cache
from itertools import groupby
from pathlib import Path
from typing import Any, Final

from chalicelib.adapters.catalog.directory import make_entry
from chalicelib.adapters.catalog.item import Item
from chalicelib.adapters.catalog.pack import make_member, make_packs
from chalicelib.catalog.documents import CatalogRecord, records_of
from chalicelib.catalog.kinds import GIFT_CARDS, voucher_codes_kind
from chalicelib.domain.global_id import encode_global_id
from chalicelib.domain.request import ExportRequest
from chalicelib.domain.segment import bucket_of
from chalicelib.formats.registry import FileType
from local.demo_catalog import write_catalog

CARDS: Final = 10_010
CODES: Final = 10_000
VOUCHER: Final = 1
KINDS: Final = (GIFT_CARDS, voucher_codes_kind(VOUCHER))
PARAMETERS: Final[Mapping[str, Mapping[str, Any]]] = {
    "gift_cards": {},
    "voucher_codes": {"voucher_id": encode_global_id("Voucher", VOUCHER)},
}


def make_request(export_type: str, file_type: FileType) -> ExportRequest:
    """Return a request of all cards, or of all codes of the voucher."""
    parameters = PARAMETERS[export_type]
    return ExportRequest(export_type=export_type, parameters=parameters, file_type=file_type)


@cache
def packs(shop: str) -> dict[tuple[str, str], Item]:
    """Return the packs by partition and number."""
    return {
        (pack["partition"]["S"], pack["number"]["N"]): _travelling(pack)
        for kind, records in _records().items()
        for bucket, held in groupby(records, key=lambda record: bucket_of(record.number))
        for pack in _packs(shop, kind, bucket, list(held))
    }


def directories(shop: str) -> dict[str, bytes]:
    """Return the answers for the directories, by partition."""
    answers = {}
    for kind, records in _records().items():
        buckets = groupby(records, key=lambda record: bucket_of(record.number))
        entries = [make_entry(shop, kind, n, _packs(shop, kind, n, list(h))) for n, h in buckets]
        answers[f"{shop}#{kind}#directory"] = json.dumps({"Items": entries}).encode()
    return answers


def find_items(find: Callable[[tuple[str, str]], Item | None], asked: dict[str, Any]) -> bytes:
    """Return the answer of `BatchGetItem`. `find` gets partition and number of an item."""
    [(table, wanted)] = asked["RequestItems"].items()
    keys = [(key["partition"]["S"], key["number"]["N"]) for key in wanted["Keys"]]
    return json.dumps({"Responses": {table: list(filter(None, map(find, keys)))}}).encode()


def _packs(shop: str, kind: str, bucket: int, records: list[CatalogRecord]) -> list[Item]:
    members = [make_member(record.number, record.document) for record in records]
    return make_packs(shop, kind, bucket, members)


def _travelling(pack: Item) -> Item:
    """Return a pack with its bytes in base64."""
    plain = {name: value for name, value in pack.items() if name != "partition"}
    return plain | {
        name: {"B": base64.b64encode(pack[name]["B"]).decode()} for name in ("pack", "numbers")
    }


@cache
def _records() -> dict[str, list[CatalogRecord]]:
    """Return cards and codes by kind, sorted by number."""
    found: dict[str, list[CatalogRecord]] = defaultdict(list)
    with tempfile.TemporaryDirectory() as made:
        directory = Path(made)
        amounts = {"gift_cards": CARDS, "vouchers": 1, "codes_per_voucher": CODES}
        write_catalog(directory, products=1, **amounts)
        for kind in ("gift_cards", "vouchers"):
            for line in (directory / f"{kind}.jsonl").read_bytes().splitlines():
                for record in records_of(kind, json.loads(line)):
                    found[record.kind].append(record)
    return {kind: sorted(found[kind], key=lambda record: record.number) for kind in KINDS}
