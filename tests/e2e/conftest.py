from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.local_run import LocalRun, running


@pytest.fixture(scope="session")
def service(tmp_path_factory: pytest.TempPathFactory) -> Iterator[LocalRun]:
    """The packaged service with a demo catalogue, cut into many segments."""
    environment = {"SEGMENT_RECORDS": "500"}
    with running(tmp_path_factory.mktemp("e2e"), "--products", "1800", environment=environment) as run:
        yield run
