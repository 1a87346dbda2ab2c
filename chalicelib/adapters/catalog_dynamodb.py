"""The catalogue table, read fast.

Botocore keeps the transport, signing, retries and throttling, but walking a response of thousands of typed values is
95 % of the time of a plain read. So two operations are decoded here, by msgspec, to keys and documents only.
"""

from __future__ import annotations

import random
import time
from collections import deque
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from functools import cached_property
from typing import Any, Final

import msgspec
from botocore.config import Config
from botocore.exceptions import BotoCoreError, ClientError
from botocore.parsers import JSONParser, ResponseParserFactory
from botocore.session import Session

from chalicelib.adapters.aws import CONNECT_SECONDS, READ_SECONDS
from chalicelib.adapters.catalog_item import FACTS
from chalicelib.adapters.document_codec import decode_document
from chalicelib.domain.segment import Bucket, bucket_of
from chalicelib.errors import CatalogIncomplete, Unavailable

PAGES_AHEAD: Final = 4
KEYS_PER_BATCH: Final = 100
BATCH_ATTEMPTS: Final = 8
# What else an item has is for people, and a fifth of a page; facts are for filters.
_NAMES: Final = {f"#{name}": name for name in ("number", "document", "records")}
_WHOLE_NAMES: Final = {**_NAMES, "#facts": FACTS}


class _Number(msgspec.Struct, gc=False):
    N: str


class _Binary(msgspec.Struct, gc=False):
    B: bytes


class _Item(msgspec.Struct, gc=False):
    number: _Number
    document: _Binary | None = None
    facts: _Binary | None = None
    records: _Number | None = None


class _QueryPage(msgspec.Struct):
    Items: list[_Item]
    LastEvaluatedKey: dict[str, Any] | None = None


class _BatchPage(msgspec.Struct):
    Responses: dict[str, list[_Item]]
    UnprocessedKeys: dict[str, Any] = {}


PAGE_DECODER: Final = msgspec.json.Decoder(_QueryPage)
_DECODERS: Final[dict[str, msgspec.json.Decoder[Any]]] = {
    "QueryOutput": PAGE_DECODER,
    "BatchGetItemOutput": msgspec.json.Decoder(_BatchPage),
}


class _LeanParser(JSONParser):
    """Botocore's parser, except for the two answers that carry documents."""

    def parse(self, response: dict[str, Any], shape: Any) -> dict[str, Any]:
        decoder = _DECODERS.get(shape.name) if shape is not None else None
        if decoder is None or response["status_code"] != 200:
            plain: dict[str, Any] = super().parse(response, shape)
            return plain
        headers = response["headers"]
        return {
            "Page": decoder.decode(response["body"]),
            "ResponseMetadata": {"HTTPStatusCode": 200, "HTTPHeaders": dict(headers.items())},
        }


class _LeanParserFactory(ResponseParserFactory):
    def create_parser(self, protocol_name: str) -> JSONParser:
        return _LeanParser(**self._defaults)


def make_lean_client(**options: Any) -> Any:
    """A DynamoDB client whose `query` and `batch_get_item` answer with a `Page` of lean items."""
    session = Session()
    session.register_component("response_parser_factory", _LeanParserFactory())
    config = Config(
        retries={"mode": "standard", "total_max_attempts": 8},
        connect_timeout=CONNECT_SECONDS,
        read_timeout=READ_SECONDS,
        max_pool_connections=PAGES_AHEAD * 2,
        parameter_validation=False,
        tcp_keepalive=True,
    )
    return session.create_client("dynamodb", config=config, **options)


class DynamoCatalogSource:
    """`CatalogSource` over the catalogue table (partition `shop#kind#bucket`, sort key the record's number)."""

    def __init__(self, table_name: str, make_client: Callable[[], Any] = make_lean_client) -> None:
        self._table_name = table_name
        self._make_client = make_client

    @cached_property
    def _client(self) -> Any:
        return self._make_client()

    def find_buckets(self, shop: str, kind: str) -> tuple[Bucket, ...]:
        items = self._items(f"{shop}#{kind}#directory", consistent=True)
        buckets = (
            Bucket(int(item.number.N), int(item.records.N)) for item in items if item.records
        )
        return tuple(bucket for bucket in buckets if bucket.records)

    def read_buckets(
        self, shop: str, kind: str, buckets: Sequence[Bucket], *, whole: bool = False
    ) -> Iterator[list[bytes]]:
        def read(bucket: Bucket) -> list[_Item]:
            return self._read_bucket(shop, kind, bucket, _names(whole))

        return _ahead(read, buckets)

    def read_numbers(
        self, shop: str, kind: str, numbers: Sequence[int], *, whole: bool = False
    ) -> Iterator[list[bytes]]:
        def read(batch: Sequence[int]) -> list[_Item]:
            return self._read_batch(shop, kind, batch, _names(whole))

        batches = [
            numbers[start : start + KEYS_PER_BATCH]
            for start in range(0, len(numbers), KEYS_PER_BATCH)
        ]
        return _ahead(read, batches)

    def find_dictionary(self, shop: str, kind: str) -> tuple[dict[str, Any], ...]:
        pages = self.read_buckets(shop, kind, self.find_buckets(shop, kind))
        return tuple(msgspec.json.decode(document) for page in pages for document in page)

    def _read_bucket(
        self, shop: str, kind: str, bucket: Bucket, names: Mapping[str, str]
    ) -> list[_Item]:
        """All records of a bucket. Fewer than promised may be a replica that lags: then the leader is asked."""
        partition = f"{shop}#{kind}#{bucket.number}"
        items = self._items(partition, names)
        if len(items) < bucket.records:
            items = self._items(partition, names, consistent=True)
        if len(items) < bucket.records and len(items) < self._promised(shop, kind, bucket.number):
            raise CatalogIncomplete(
                f"The catalogue holds {len(items)} of {bucket.records} records in bucket {bucket.number} of {kind}. "
                "Load the catalogue again, then export again."
            )
        return items

    def _promised(self, shop: str, kind: str, number: int) -> int:
        """What the directory promises of a bucket now: records may have been deleted since an export looked at it."""
        return next(
            (bucket.records for bucket in self.find_buckets(shop, kind) if bucket.number == number),
            0,
        )

    def _items(
        self, partition: str, names: Mapping[str, str] = _NAMES, *, consistent: bool = False
    ) -> list[_Item]:
        """Every item of a partition, page after page."""
        request: dict[str, Any] = {
            "TableName": self._table_name,
            "KeyConditionExpression": "#partition = :partition",
            "ProjectionExpression": ", ".join(names),
            "ExpressionAttributeNames": {**names, "#partition": "partition"},
            "ExpressionAttributeValues": {":partition": {"S": partition}},
            "ConsistentRead": consistent,
        }
        items: list[_Item] = []
        while True:
            page: _QueryPage = self._ask("query", request)
            items += page.Items
            if not page.LastEvaluatedKey:
                return items
            request["ExclusiveStartKey"] = page.LastEvaluatedKey

    def _read_batch(
        self, shop: str, kind: str, numbers: Sequence[int], names: Mapping[str, str]
    ) -> list[_Item]:
        """The records that there are. One that is not found may be missing on a replica that lags: the leader knows."""
        found = self._find(shop, kind, numbers, names)
        missing = [number for number in numbers if number not in found]
        if missing:
            found |= self._find(shop, kind, missing, names, consistent=True)
        return [found[number] for number in numbers if number in found]

    def _find(
        self,
        shop: str,
        kind: str,
        numbers: Sequence[int],
        names: Mapping[str, str],
        *,
        consistent: bool = False,
    ) -> dict[int, _Item]:
        """The records of at most 100 numbers, by number."""
        keys = [
            {"partition": {"S": f"{shop}#{kind}#{bucket_of(number)}"}, "number": {"N": str(number)}}
            for number in numbers
        ]
        wanted: dict[str, Any] = {
            self._table_name: {
                "Keys": keys,
                "ProjectionExpression": ", ".join(names),
                "ExpressionAttributeNames": names,
                "ConsistentRead": consistent,
            }
        }
        found: dict[int, _Item] = {}
        for attempt in range(BATCH_ATTEMPTS):
            page: _BatchPage = self._ask("batch_get_item", {"RequestItems": wanted})
            for item in page.Responses.get(self._table_name, ()):
                found[int(item.number.N)] = item
            wanted = page.UnprocessedKeys
            if not wanted:
                return found
            time.sleep(random.uniform(0, 0.05 * 2**attempt))
        raise Unavailable(
            "The catalogue table is throttled; records named by id could not all be read."
        )

    def _ask(self, operation: str, request: dict[str, Any]) -> Any:
        try:
            return getattr(self._client, operation)(**request)["Page"]
        except (ClientError, BotoCoreError, msgspec.MsgspecError) as error:
            raise Unavailable(f"The catalogue table could not be read: {error}") from error


def _names(whole: bool) -> Mapping[str, str]:
    return _WHOLE_NAMES if whole else _NAMES


def _ahead(read: Callable[[Any], list[_Item]], parts: Sequence[Any]) -> Iterator[list[bytes]]:
    """The decoded pages of all parts in order; a few are under way while one is worked on."""
    if len(parts) == 1:
        yield _decoded(read(parts[0]))
        return
    under_way: deque[Future[list[_Item]]] = deque()
    with ThreadPoolExecutor(PAGES_AHEAD, thread_name_prefix="catalog") as threads:
        try:
            for part in parts:
                under_way.append(threads.submit(read, part))
                if len(under_way) == PAGES_AHEAD:
                    yield _decoded(under_way.popleft().result())
            while under_way:
                yield _decoded(under_way.popleft().result())
        finally:
            threads.shutdown(wait=False, cancel_futures=True)


def _decoded(items: list[_Item]) -> list[bytes]:
    try:
        return [_document(item.document.B, item.facts) for item in items if item.document]
    except ValueError as error:
        raise CatalogIncomplete(
            f"A record of the catalogue cannot be read: {error}. Load the catalogue again."
        ) from error


def _document(stored: bytes, facts: _Binary | None) -> bytes:
    document = decode_document(stored)
    return (
        document
        if facts is None
        else b'%s,"%s":%s}' % (document[:-1], FACTS.encode(), decode_document(facts.B))
    )
