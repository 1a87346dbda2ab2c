"""A DynamoDB client that decodes the answers with documents itself.

Botocore keeps endpoints, credentials, retries and throttling. But its parser walks thousands of
typed values per answer, which takes 95 % of the time of a plain read. So msgspec decodes the
answers of `Query` and `BatchGetItem`, to keys and documents only.
"""

from __future__ import annotations

from typing import Any, Final

import msgspec
from botocore.config import Config
from botocore.parsers import JSONParser, ResponseParserFactory
from botocore.session import Session

from chalicelib.adapters.aws.clients import CONNECT_SECONDS, READ_SECONDS
from chalicelib.adapters.aws.lean_json import JsonClient, make_json_clients

PAGES_AHEAD: Final = 4
ATTEMPTS: Final = 8


# Items have no cycles, so the garbage collector need not visit thousands of them per page.
class LeanNumber(msgspec.Struct, gc=False):
    """A number, as DynamoDB writes it."""

    N: str


class LeanText(msgspec.Struct, gc=False):
    """A text."""

    S: str


class LeanBinary(msgspec.Struct, gc=False):
    """Bytes. DynamoDB sends them in base64, which msgspec decodes."""

    B: bytes


class LeanItem(msgspec.Struct, gc=False):
    """A record, a pack or an entry of a directory, with the attributes that exports read."""

    number: LeanNumber
    document: LeanBinary | None = None
    facts: LeanBinary | None = None
    version: LeanNumber | None = None
    pack: LeanBinary | None = None
    numbers: LeanBinary | None = None
    last: LeanNumber | None = None
    records: LeanNumber | None = None
    rows: LeanNumber | None = None
    bytes: LeanNumber | None = None
    slices: LeanText | None = None
    columns: LeanNumber | None = None
    index: LeanText | None = None


class QueryPage(msgspec.Struct):
    """An answer of `Query`."""

    Items: list[LeanItem]
    LastEvaluatedKey: dict[str, Any] | None = None


class BatchPage(msgspec.Struct):
    """An answer of `BatchGetItem`."""

    Responses: dict[str, list[LeanItem]]
    UnprocessedKeys: dict[str, Any] = {}


PAGE_DECODER: Final = msgspec.json.Decoder(QueryPage)
_DECODERS: Final[dict[str, msgspec.json.Decoder[Any]]] = {
    "QueryOutput": PAGE_DECODER,
    "BatchGetItemOutput": msgspec.json.Decoder(BatchPage),
}


class _LeanParser(JSONParser):
    """Botocore's parser, except for the two answers that carry documents."""

    def parse(self, response: dict[str, Any], shape: Any) -> dict[str, Any]:
        decoder = _DECODERS.get(shape.name) if shape is not None else None
        # Errors are small and rare: botocore reads them, so retries keep their rules.
        if decoder is None or response["status_code"] != 200:
            plain: dict[str, Any] = super().parse(response, shape)
            return plain
        return {"Page": decoder.decode(response["body"])}


class _LeanParserFactory(ResponseParserFactory):
    def create_parser(self, protocol_name: str) -> JSONParser:
        return _LeanParser(**self._defaults)


class _LeanClient(JsonClient):
    parsers = _LeanParserFactory()


def make_lean_client(**options: Any) -> Any:
    """Return a client whose `query` and `batch_get_item` answer with a `Page` of lean items."""
    session = Session()
    session.register_component("response_parser_factory", _LeanClient.parsers)
    make_json_clients(session, "dynamodb", _LeanClient)
    config = Config(
        # The first attempt is not botocore's (`aws.lean_json`).
        retries={"mode": "standard", "total_max_attempts": ATTEMPTS - 1},
        connect_timeout=CONNECT_SECONDS,
        read_timeout=READ_SECONDS,
        # The pages that are read ahead must not wait for each other's connections.
        max_pool_connections=PAGES_AHEAD * 2,
        parameter_validation=False,
        tcp_keepalive=True,
    )
    return session.create_client("dynamodb", config=config, **options)
