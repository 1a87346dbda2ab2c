from __future__ import annotations

from collections.abc import Iterator

import pytest

from chalicelib.adapters.aws.clients import client
from tests.local_run import LocalRun, running
from tests.places import go_to
from tests.recorded_calls import recording_emulator


@pytest.fixture(scope="session")
def service(tmp_path_factory: pytest.TempPathFactory) -> Iterator[LocalRun]:
    """The packaged service with a demo catalogue, cut into many segments.

    What its functions ask of AWS is recorded.
    """
    state, environment = tmp_path_factory.mktemp("e2e"), {"SEGMENT_RECORDS": "500"}
    emulator = str(recording_emulator(state))
    with running(
        state, "--products", "1800", "--emulator", emulator, environment=environment
    ) as run:
        yield run


@pytest.fixture
def operator(service: LocalRun, monkeypatch: pytest.MonkeyPatch) -> Iterator[LocalRun]:
    """The service, operated from this process: its environment names the deployment."""
    for name, value in service.environment().items():
        monkeypatch.setenv(name, value)
    go_to(service.facts["aws_endpoint_url"])
    yield service
    client.cache_clear()
