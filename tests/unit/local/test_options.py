from __future__ import annotations

from collections.abc import Callable

import pytest

from local.options import read_options
from local.proxy import PortInUse, Proxy


@pytest.mark.parametrize("words", [("--port", "65536"), ("--port", "-1"), ("--port", "http"),
                                   ("--products", "0"), ("--products", "-5")])  # fmt: skip
def test_a_number_out_of_its_limits_is_wrong_usage(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], words: tuple[str, str]
) -> None:
    monkeypatch.setattr("sys.argv", ["local", *words])
    with pytest.raises(SystemExit, match="2"):
        read_options("")
    assert f"argument {words[0]}: '{words[1]}' is not a number" in capsys.readouterr().err


def refuse(number: int) -> Callable[..., None]:
    def listen(*given: object) -> None:
        raise OSError(number, "Permission denied")

    return listen


def test_a_port_that_the_system_does_not_allow_is_not_called_in_use(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("local.proxy.QuietServer", refuse(13))
    with pytest.raises(PortInUse, match=r"80 cannot be used \(Permission denied\).* PORT=8000"):
        Proxy(80)
