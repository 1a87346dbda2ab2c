"""Commands that work on the tables of a stack, or over HTTPS."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from click.testing import CliRunner, Result

from ops.cli import commands
from tests.api_client import TOKEN, ApiClient, ServedApi, served


@pytest.fixture(scope="module")
def api() -> Iterator[ServedApi]:
    with served(ApiClient()) as server:
        yield server


def list_exports(api: ServedApi, *words: str) -> Result:
    environment = {
        "WAYBILL_URL": api.url,
        "WAYBILL_TOKEN": TOKEN,
        "WAYBILL_STACK": "no-such-stack",
    }
    return CliRunner().invoke(commands, ["exports", "list", *words], env=environment)


def test_over_https_the_stack_of_the_environment_is_not_read(api: ServedApi) -> None:
    assert list_exports(api).exit_code == 0


def test_over_https_another_shop_is_refused(api: ServedApi) -> None:
    answer = list_exports(api, "--shop", "other")
    assert (answer.exit_code, "--shop goes with --stack" in answer.output) == (2, True)


def test_an_address_and_a_stack_together_are_refused(api: ServedApi) -> None:
    answer = list_exports(api, "--url", api.url, "--stack", "waybill-dev")
    assert (answer.exit_code, "Use --url or --stack, not both" in answer.output) == (2, True)
