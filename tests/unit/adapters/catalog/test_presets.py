from __future__ import annotations

import zlib

import pytest

from chalicelib.adapters.catalog.document_codec import (
    SMALL_BYTES,
    decode_document,
    encode_document,
    find_preset_number,
    preset_number,
    to_json,
)
from chalicelib.adapters.catalog.item import make_item, size_of
from chalicelib.adapters.catalog.presets import MAX_PRESET_BYTES, make_preset
from chalicelib.catalog.documents import records_of
from tests.factories import make_product

DOCUMENTS = [one.document for n in range(1, 21) for one in records_of("products", make_product(n))]
PRESET = make_preset(DOCUMENTS)
DOCUMENT = DOCUMENTS[15]
STORED = encode_document(DOCUMENT, preset=PRESET)


def test_a_document_is_read_with_the_preset_that_it_names() -> None:
    assert find_preset_number(STORED) == preset_number(PRESET)
    assert decode_document(STORED, PRESET) == to_json(DOCUMENT)


def test_zlib_reads_a_document_with_its_preset() -> None:
    assert zlib.decompressobj(zdict=PRESET).decompress(STORED) == to_json(DOCUMENT)


@pytest.mark.parametrize("stored", [encode_document(DOCUMENT), b"", b"\x78", b"\x78\x9c"])
def test_other_documents_name_no_preset(stored: bytes) -> None:
    assert find_preset_number(stored) is None


@pytest.mark.parametrize(
    "damaged", [STORED[:-1], STORED[:-40], STORED[:20] + b"\xff\xff" + STORED[22:], STORED[:6]]
)
def test_a_damaged_document_is_not_read(damaged: bytes) -> None:
    with pytest.raises(ValueError, match="damaged document"):
        decode_document(damaged, PRESET)


@pytest.mark.parametrize("other", [PRESET + b" ", PRESET[:-1], b""])
def test_a_document_is_not_read_with_another_preset(other: bytes) -> None:
    with pytest.raises(ValueError, match="damaged document"):
        decode_document(STORED, other)


def test_a_long_document_needs_no_preset() -> None:
    stored = encode_document({"description": "x" * SMALL_BYTES}, preset=PRESET)
    assert find_preset_number(stored) is None


def test_a_shop_of_fewer_than_ten_products_has_no_preset() -> None:
    assert make_preset(DOCUMENTS[:9]) == b""
    assert make_preset(DOCUMENTS[:10])


def test_a_preset_is_bounded_and_holds_several_products_of_long_texts() -> None:
    long = [{"name": f"Tea {n}", "description": str(n) * 20_000} for n in range(10)]
    preset = make_preset(long)
    assert len(preset) == MAX_PRESET_BYTES
    assert b"Tea 2" in preset


def test_an_item_of_a_product_is_a_third_smaller_with_a_preset() -> None:
    alone, shared = (size_of(make_item("s", "products", 1, DOCUMENT, one)) for one in (b"", PRESET))
    assert shared < alone * 2 / 3
