"""An upgrade from versions that stored each gift card and each code as an item."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from chalicelib.adapters.catalog.document_codec import decode_document
from chalicelib.adapters.catalog.item import make_item
from chalicelib.adapters.catalog.source import DynamoCatalogSource
from chalicelib.adapters.catalog.writer import CatalogWriter
from chalicelib.catalog.documents import records_of
from chalicelib.catalog.kinds import VOUCHER_CODES_BY_ID, voucher_code_number
from ops.load_catalog import load_catalog
from tests.catalog_files import code_id, make_catalog, make_voucher
from tests.factories import make_gift_card

pytestmark = pytest.mark.usefixtures("dynamodb")
CODES = ("A", "B", "C")
SOURCE = DynamoCatalogSource("Catalog")


@pytest.fixture
def nodes() -> dict[str, Any]:
    """A catalogue as earlier versions stored it."""
    found = {
        "gift_cards": [make_gift_card(n, f"CARD-{n}") for n in (1, 2, 700)],
        "vouchers": [make_voucher(5, *CODES)],
    }
    store_singly(
        [record for kind in found for node in found[kind] for record in records_of(kind, node)]
    )
    return found


def store_singly(records: list[Any]) -> None:
    writer, entries = CatalogWriter("Catalog"), dict[tuple[str, int], int]()
    for record in records:
        writer.put([make_item("default", record.kind, record.number, record.document)])
        if record.kind != VOUCHER_CODES_BY_ID:
            key = f"default#{record.kind}#directory", record.number // 500
            entries[key] = entries.get(key, 0) + 1
    writer.put(
        {"partition": {"S": name}, "number": {"N": str(n)}, "records": {"N": str(count)}}
        for (name, n), count in entries.items()
    )


def codes(kind: str) -> list[str]:
    pages = SOURCE.read_buckets("default", kind, SOURCE.find_buckets("default", kind))
    return sorted(json.loads(document)["code"] for page in pages for document in page)


def codes_by_id(*names: str) -> list[str]:
    numbers = [voucher_code_number(code_id(name)) for name in names]
    pages = SOURCE.read_numbers("default", VOUCHER_CODES_BY_ID, numbers)
    return [json.loads(document)["code"] for page in pages for document in page]


def single_codes(dynamodb: Any) -> set[str]:
    """The codes that items of their own hold."""
    items = dynamodb.scan(TableName="Catalog")["Items"]
    documents = [decode_document(item["document"]["B"]) for item in items if "document" in item]
    return {document["code"] for document in map(json.loads, documents) if "code" in document}


def test_what_was_stored_before_is_read_until_the_next_load(nodes: dict[str, Any]) -> None:
    assert codes("gift_cards") == ["CARD-1", "CARD-2", "CARD-700"]
    assert codes("voucher_codes:5") == [*CODES]
    assert codes_by_id("C", "A", "X") == ["C", "A"]


def test_codes_are_found_by_id_however_many_requests_they_take(
    nodes: dict[str, Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("chalicelib.adapters.catalog.pack_reader.KEYS_PER_BATCH", 2)
    assert codes_by_id("C", "A", "B") == ["C", "A", "B"]


def test_a_load_packs_what_was_stored_before(
    nodes: dict[str, Any], dynamodb: Any, tmp_path: Path
) -> None:
    load_catalog(make_catalog(tmp_path, **nodes), "default", "Catalog")
    assert codes("gift_cards") == ["CARD-1", "CARD-2", "CARD-700"]
    assert codes("voucher_codes:5") == [*CODES]
    assert codes_by_id("C", "A", "X") == ["C", "A"]
    assert single_codes(dynamodb) == set()


def test_a_code_that_is_gone_since_is_found_no_more_by_id(
    nodes: dict[str, Any], dynamodb: Any, tmp_path: Path
) -> None:
    catalog = make_catalog(tmp_path, vouchers=[make_voucher(5, "B", "D")])
    load_catalog(catalog, "default", "Catalog", max_drop_percent=100)
    assert codes_by_id(*CODES, "D") == ["B", "D"]
    assert single_codes(dynamodb) == {"CARD-1", "CARD-2", "CARD-700"}


def test_an_upgraded_catalogue_can_be_deleted(
    nodes: dict[str, Any], dynamodb: Any, tmp_path: Path
) -> None:
    empty = make_catalog(tmp_path, gift_cards=[], vouchers=[])
    load_catalog(empty, "default", "Catalog", max_drop_percent=100)
    assert dynamodb.scan(TableName="Catalog")["Items"] == []
