from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from local.principals import DEFAULT_PRINCIPALS, read_principals

ADMIN, *_ = DEFAULT_PRINCIPALS
APP = {"kind": "app", "type": "app", "id": "QXBwOjE=", "name": "Script", "permissions": []}


def read(directory: Path, given: Any) -> Any:
    file = directory / "principals.json"
    file.write_text(json.dumps(given))
    return read_principals(file)


def test_users_apps_and_strangers_get_tokens(tmp_path: Path) -> None:
    given = [ADMIN, APP, {"kind": "bad_jwt", "type": "invalid"}]
    assert read(tmp_path, given) == given


@pytest.mark.parametrize(
    ("given", "reason"),
    [
        ({"kind": "a", "type": "user"}, "it must be a list with at least one"),
        ([], "it must be a list with at least one"),
        ([ADMIN, "kind and type"], "principal 2 lacks kind, type"),
        ([ADMIN, {"type": "user"}], "principal 2 lacks kind"),
        ([{"kind": "a", "type": "app", "id": ""}], "principal 1 lacks name, permissions"),
    ],
)
def test_a_file_without_the_facts_of_its_principals_is_refused(
    tmp_path: Path, given: Any, reason: str
) -> None:
    with pytest.raises(ValueError, match=reason):
        read(tmp_path, given)
