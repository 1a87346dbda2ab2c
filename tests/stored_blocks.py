"""Products that are stored with blocks, and hooks between the requests of whoever writes them."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from contextlib import suppress
from copy import deepcopy
from datetime import UTC, datetime
from functools import lru_cache, partial
from itertools import count
from typing import Any, Final

import msgspec
from moto.core.models import DEFAULT_ACCOUNT_ID
from moto.dynamodb.models import dynamodb_backends

from chalicelib.adapters.aws.clients import client
from chalicelib.adapters.catalog.block_index import COLUMNS, INDEX, read_index
from chalicelib.adapters.catalog.block_reader import MIN_RECORDS
from chalicelib.adapters.catalog.item import Item, make_item
from chalicelib.adapters.catalog.lean_dynamodb import make_lean_client
from chalicelib.adapters.catalog.source import DynamoCatalogSource
from chalicelib.adapters.catalog.synced import DynamoSyncedCatalog
from chalicelib.adapters.catalog.writer import CatalogWriter, Change
from chalicelib.domain.block import Block, Page
from chalicelib.domain.segment import Bucket
from chalicelib.errors import CatalogIncomplete, Unavailable
from tests.wrapped_calls import Call, wrap_calls

SHOP: Final = "demo.shop.example"
NOW: Final = datetime(2026, 11, 24, 9, 30, tzinfo=UTC)
# Of two ranges. Fewer than 50 records would be read as documents.
NUMBERS: Final = (*range(1, 41), *range(260, 280))
WRITES: Final = ("BatchWriteItem", "PutItem", "DeleteItem")
GROUPS: Final = frozenset({"core"})


def make_document(number: int, name: str = "Tea", **given: Any) -> dict[str, Any]:
    return {"id": str(number), "name": name, **given}


def store(*numbers: int, name: str = "Tea", shop: str = SHOP, **given: Any) -> int:
    documents = {number: make_document(number, name, **given) for number in numbers}
    return DynamoSyncedCatalog("Catalog").store(shop, "products", documents, NOW)


def remove(*numbers: int) -> int:
    return DynamoSyncedCatalog("Catalog").remove(SHOP, "products", numbers, NOW)


def remove_all() -> None:
    DynamoSyncedCatalog("Catalog").remove_all(SHOP, "products")


def load(*numbers: int, name: str = "Tea") -> Change:
    """Load bucket 0 as `load-catalog` does."""
    items = [make_item(SHOP, "products", n, make_document(n, name)) for n in numbers]
    writer = CatalogWriter("Catalog")
    entry = writer.find_entry(SHOP, "products", 0)
    return writer.replace_bucket(SHOP, "products", 0, items, entry)


def before_write(place: int, act: Callable[[], Any], write: Callable[[], Any]) -> tuple[bool, bool]:
    """Call `act` before the write request of this number that `write` makes, from 0 on.

    Return whether there was such a request, and whether `write` has succeeded.
    """
    acted: list[Any] = []
    dynamodb, writes = client("dynamodb"), count()
    ordinary = dynamodb._make_api_call

    def answer(call: Call, operation: str, params: Any) -> Any:
        if operation in WRITES and not acted and next(writes) == place:
            acted.append(act)
            act()
        return call(operation, params)

    wrap_calls(dynamodb, answer)
    try:
        write()
    except Unavailable:
        return bool(acted), False
    finally:
        vars(dynamodb)["_make_api_call"] = ordinary
    return bool(acted), True


def table_items() -> Any:
    """The items of the table in moto, by partition and number."""
    return dynamodb_backends[DEFAULT_ACCOUNT_ID]["us-east-1"].tables["Catalog"].items


def put_back(items: Any) -> None:
    """Let the table hold these items again."""
    held = table_items()
    held.clear()
    held.update(deepcopy(items))


def find_buckets(shop: str = SHOP) -> tuple[Bucket, ...]:
    return _source().find_buckets(shop, "products")


def _source() -> DynamoCatalogSource:
    return DynamoCatalogSource("Catalog", partial(_lean_client, client("dynamodb")))


@lru_cache(1)
def _lean_client(dynamodb: Any) -> Any:
    # Making a client takes longer than all reads of a test.
    return make_lean_client()


def read_pages(buckets: Iterable[Bucket], make_client: Any = None, shop: str = SHOP) -> list[Page]:
    """Read the core of these buckets as an export does."""
    source = DynamoCatalogSource("Catalog", make_client) if make_client else _source()
    return list(source.read_blocks(shop, "products", tuple(buckets), GROUPS))


def records_in(pages: Iterable[Page]) -> list[tuple[str, str]]:
    """Id and name of each record in blocks and pages of documents."""
    return [record for page in pages for record in _records_in(page)]


def _records_in(page: Page) -> list[tuple[str, str]]:
    if not isinstance(page, Block):
        return [(one["id"], one["name"]) for one in map(msgspec.json.decode, page)]
    core = msgspec.json.decode(page.groups["core"])
    ids, names = (cells * (len(page) // len(cells)) for cells in (core["id"], core["name"]))
    return list(zip(ids, names, strict=True))


def read(buckets: Iterable[Bucket] | None = None) -> list[tuple[str, str]]:
    return records_in(read_pages(find_buckets() if buckets is None else buckets))


def read_documents(buckets: Iterable[Bucket] | None = None) -> list[tuple[str, str]]:
    found = tuple(find_buckets() if buckets is None else buckets)
    pages = _source().read_buckets(SHOP, "products", found)
    return records_in(pages)


def check_same() -> None:
    """What is read is what documents say."""
    assert read() == read_documents()


def check_same_or_refused() -> None:
    """What is read is what documents say, or the directory promises more and the read fails."""
    with suppress(CatalogIncomplete):
        check_same()


def are_blocks(pages: Iterable[Page]) -> bool:
    """Whether no page is one of documents."""
    return all(isinstance(page, Block) for page in pages)


def scan() -> list[Item]:
    found: list[Item] = client("dynamodb").scan(TableName="Catalog")["Items"]
    return found


def block_items() -> list[Item]:
    return [item for item in scan() if "#columns-" in item["partition"]["S"]]


def named_items() -> set[str]:
    """The numbers of all items that entries name: indexes, and the blocks in them."""
    named = {item[COLUMNS]["N"] for item in scan() if COLUMNS in item}
    indexes = [item for item in block_items() if item["number"]["N"] in named]
    found = (read_index(item["number"]["N"], item[INDEX]["S"]) for item in indexes)
    return named.union(*(index.numbers() for index in found if index))


def check_whole() -> None:
    """Blocks hold what documents hold, all of them are read, and no item is left over."""
    buckets = find_buckets()
    pages = read_pages(buckets)
    assert records_in(pages) == read_documents()
    assert are_blocks(pages) or sum(bucket.records for bucket in buckets) < MIN_RECORDS
    assert {item["number"]["N"] for item in block_items()} == named_items()
