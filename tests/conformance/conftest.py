from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.local_run import CONTRACT, ROOT, LocalRun, running


@pytest.fixture(scope="session")
def contract() -> Path:
    """The contract's data: request and answer as Saleor gave them."""
    found = Path(os.environ.get("CONTRACT") or CONTRACT)
    found = found if found.is_absolute() else ROOT / found
    if not (found / "check.py").is_file():
        pytest.skip(
            f"SKIPPED: the contract's data is not at {found}; set CONTRACT to check against it"
        )
    return found


@pytest.fixture(scope="session")
def service(contract: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[LocalRun]:
    """The packaged service with the contract's catalogue and principals."""
    options = (
        "--catalog",
        str(contract / "catalog"),
        "--principals",
        str(contract / "principals.json"),
    )
    with running(tmp_path_factory.mktemp("conformance"), *options) as run:
        yield run
