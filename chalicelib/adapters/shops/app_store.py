"""Apps and the hashes of their tokens in DynamoDB. The tokens themselves are not stored."""

from __future__ import annotations

import hashlib
from typing import Any, Final

from botocore.exceptions import BotoCoreError, ClientError

from chalicelib.adapters.aws.clients import client
from chalicelib.domain.requestor import App, Requestor
from chalicelib.errors import DatabaseUnavailable

MAX_TOKEN_CHARACTERS: Final = 200


def hash_token(token: str) -> str:
    """Return the hash of a token, under which its app is stored."""
    # Tokens are long and random, so they cannot all be tried: a slow, salted hash adds nothing.
    return hashlib.sha256(token.encode()).hexdigest()


class DynamoAppStore:
    """The `AppStore` over the table of apps, whose key is `token_hash`."""

    def __init__(self, table_name: str) -> None:
        self._table_name = table_name

    def find_requestor(self, token: str) -> Requestor | None:
        """Return the active app with this token as requestor, or None."""
        if not token or len(token) > MAX_TOKEN_CHARACTERS:
            return None
        key = {"token_hash": {"S": hash_token(token)}}
        try:
            item = client("dynamodb").get_item(TableName=self._table_name, Key=key).get("Item")
        except (ClientError, BotoCoreError) as error:
            raise DatabaseUnavailable(f"The table of apps did not answer: {error}") from error
        if not item or not item["is_active"]["BOOL"]:
            return None
        return _requestor(item)


def _requestor(item: dict[str, Any]) -> Requestor:
    return Requestor(
        shop=item["shop"]["S"],
        app=App(
            id=item["app_id"]["S"],
            name=item["name"]["S"],
            identifier=item.get("identifier", {}).get("S", ""),
        ),
        permissions=frozenset(entry["S"] for entry in item["permissions"]["L"]),
    )
