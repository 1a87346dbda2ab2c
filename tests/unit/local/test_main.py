"""The errors that a person can correct end a local run with their text."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from local import __main__ as local
from ops.catalog_files import BadCatalogError


def test_a_line_of_the_catalogue_that_is_wrong_is_named_without_a_traceback(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    def refuse(*_: Any) -> None:
        raise BadCatalogError("Nothing was loaded: products.jsonl line 51")

    monkeypatch.setattr("sys.argv", ["local", "--state", str(tmp_path)])
    monkeypatch.setattr("signal.signal", lambda *_: None)
    monkeypatch.setattr(local, "start", refuse)
    assert local.main() == 1
    assert capsys.readouterr().err == "waybill: Nothing was loaded: products.jsonl line 51\n"
