from __future__ import annotations

import pytest

from ops.cli import commands
from ops.names import MAX_LISTED, print_options


@pytest.mark.parametrize(("count", "said"), [(MAX_LISTED, "Use --search"), (MAX_LISTED - 1, "")])
def test_a_list_that_may_be_cut_says_so(
    capsys: pytest.CaptureFixture[str], count: int, said: str
) -> None:
    print_options([{"id": "1"}] * count, ["id"], as_json=True)
    heard = capsys.readouterr().err
    assert said in heard if said else heard == ""


def test_a_list_says_which_facts_it_has() -> None:
    assert commands.commands["vouchers"].help == "List vouchers: id, name and codes."
    assert commands.commands["channels"].help == "List channels: id, slug and name."
