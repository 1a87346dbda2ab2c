from __future__ import annotations

from typing import Any

from chalicelib.adapters.shops.app_store import DynamoAppStore, hash_token


def test_an_app_of_a_version_that_knew_no_identifiers_has_none(dynamodb: Any) -> None:
    texts = {"token_hash": hash_token("token"), "shop": "north", "app_id": "1", "name": "Robot"}
    item = {name: {"S": text} for name, text in texts.items()}
    item |= {"is_active": {"BOOL": True}, "permissions": {"L": []}}  # type: ignore[dict-item]
    dynamodb.put_item(TableName="Apps", Item=item)
    found = DynamoAppStore("Apps").find_requestor("token")
    assert found is not None
    assert found.app is not None
    assert (found.app.name, found.app.identifier) == ("Robot", "")
