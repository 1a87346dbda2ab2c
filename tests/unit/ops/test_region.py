"""The region that commands work in."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from botocore.session import Session

from deploy.__main__ import main as deploy
from ops.cli import main as operate


@pytest.mark.parametrize("run", [operate, deploy])
def test_commands_work_in_the_region_that_the_aws_cli_would_take(
    run: Callable[[], None], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("AWS_DEFAULT_REGION", "us-east-1")
    monkeypatch.setenv("AWS_REGION", "eu-central-1")
    monkeypatch.setattr("sys.argv", ["command", "--help"])
    with pytest.raises(SystemExit):
        run()
    assert Session().get_config_variable("region") == "eu-central-1"
