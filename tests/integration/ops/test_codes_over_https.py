"""Gift cards and voucher codes named by their codes on the command line, over HTTPS."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from click.testing import CliRunner, Result

from chalicelib.domain.global_id import encode_global_id
from ops.cli import commands
from tests.api_client import TOKEN, ApiClient, ServedApi, served
from tests.catalog_files import make_voucher
from tests.factories import fill, make_gift_card


@pytest.fixture
def api() -> Iterator[ServedApi]:
    client = ApiClient()
    for number, code in ((1, "GIFT-1"), (2, "77"), (3, "GIFT-3")):
        fill(client.service.source, "gift_cards", make_gift_card(number, code))
    fill(client.service.source, "vouchers", make_voucher(1, "SUN", "SEA", "2026"))
    with served(client) as server:
        yield server


def start(api: ServedApi, *words: str) -> Result:
    environment = {"WAYBILL_URL": api.url, "WAYBILL_TOKEN": TOKEN}
    return CliRunner().invoke(commands, ("exports", "start", *words), env=environment)


def rows(api: ServedApi, *words: str) -> list[str]:
    assert start(api, *words).exit_code == 0
    api.client.service.work()
    [job] = api.client.service.store.jobs.values()
    return sorted(api.client.service.file_of(job).decode().split()[1:])


def test_gift_cards_are_named_by_code_number_or_id(api: ServedApi) -> None:
    named = ("gift-1", "77", "3", encode_global_id("GiftCard", 1))
    given = [part for word in named for part in ("--id", word)]
    assert rows(api, "gift-cards", *given) == ["77", "GIFT-1", "GIFT-3"]


def test_voucher_codes_are_named_by_code(api: ServedApi) -> None:
    assert rows(api, "voucher-codes", "--id", "SEA", "--id", "2026") == ["2026", "SEA"]


@pytest.mark.parametrize("word", ["4", "GIFT-4", encode_global_id("GiftCard", 4)])
def test_a_used_gift_card_is_named_and_nothing_starts(api: ServedApi, word: str) -> None:
    used = make_gift_card(4, "GIFT-4", usedByEmail="ann@shop.example")
    fill(api.client.service.source, "gift_cards", used)
    answer = start(api, "gift-cards", "--id", "GIFT-1", "--id", word)
    assert f"The shop has no gift cards named {word}." in str(answer.exception)
    assert not api.client.service.store.jobs


@pytest.mark.parametrize("kind", ["gift-cards", "voucher-codes"])
def test_a_code_of_no_record_is_named_and_nothing_starts(api: ServedApi, kind: str) -> None:
    answer = start(api, kind, "--id", "NO-SUCH")
    assert f"The shop has no {kind.replace('-', ' ')} named NO-SUCH." in str(answer.exception)
    assert not api.client.service.store.jobs
