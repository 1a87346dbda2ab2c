from __future__ import annotations

import pytest

from ops.checks import UnwellError, fetch


def test_a_check_of_an_address_refuses_an_answer_that_is_no_object() -> None:
    with pytest.raises(UnwellError, match="JSON object"):
        fetch("data:application/json,[]")
