from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from chalicelib.errors import ExportFailed, RequestRefused, Unavailable
from chalicelib.exports.products import PRODUCTS
from ops.cli import commands
from ops.download import download
from ops.progress import check_success, wait_for_end
from ops.served_exports import ServedExports
from ops.service_client import ServiceClient
from tests.fake_service import EXPORT_ID, FakeService, running_service


@pytest.fixture
def service() -> Iterator[FakeService]:
    with running_service() as service:
        yield service


def export(service: FakeService, target: Path, *words: str) -> Result:
    environment = {"WAYBILL_URL": service.url, "WAYBILL_TOKEN": "secret"}
    return CliRunner().invoke(commands, ["export", *words, "--out", str(target)], env=environment)


def make_client(service: FakeService) -> ServiceClient:
    return ServiceClient(service.url, "secret")


def follow(
    service: FakeService, pause: Callable[[float], None] = lambda seconds: None
) -> dict[str, Any]:
    exports = ServedExports(make_client(service))
    ended = wait_for_end(lambda: exports.status(EXPORT_ID), EXPORT_ID, None, pause)
    check_success(ended)
    return ended


def test_an_export_ends_in_a_file(service: FakeService, tmp_path: Path) -> None:
    answer = export(service, tmp_path / "tea.csv", "products")
    assert answer.exit_code == 0
    assert (tmp_path / "tea.csv").read_bytes() == service.file
    assert "1 row, 16 bytes" in answer.stdout


def test_the_token_goes_to_the_service_but_not_along_with_the_link(
    service: FakeService, tmp_path: Path
) -> None:
    export(service, tmp_path / "tea.csv", "products")
    assert service.tokens == {"Bearer secret", None}


@pytest.mark.parametrize(
    ("words", "asked"),
    [
        (
            ["products", "--field", "NAME", "--channel", "Q2hhbm5lbDox"],
            {"scope": "ALL", "exportInfo": {"fields": ["NAME"], "channels": ["Q2hhbm5lbDox"]}},
        ),
        (
            ["products", "--scope", "IDS", "--id", "1", "--id", "2", "--field", "NAME"],
            {
                "scope": "IDS",
                "ids": ["UHJvZHVjdDox", "UHJvZHVjdDoy"],
                "exportInfo": {"fields": ["NAME"]},
            },
        ),
        (
            ["products", "--id", "UHJvZHVjdDox", "--field", "NAME"],
            {"scope": "IDS", "ids": ["UHJvZHVjdDox"], "exportInfo": {"fields": ["NAME"]}},
        ),
        (
            ["gift-cards", "--filter", '{"tags": ["gift"]}'],
            {"scope": "FILTER", "filter": {"tags": ["gift"]}},
        ),
        (
            [
                "voucher-codes",
                "--voucher",
                "Vm91Y2hlcjox",
                "--formulas",
                "RAW",
                "--compression",
                "GZIP",
            ],
            {"voucherId": "Vm91Y2hlcjox", "formulas": "RAW", "compression": "GZIP"},
        ),
    ],
)
def test_options_become_the_mutation_input(
    service: FakeService, tmp_path: Path, words: list[str], asked: dict[str, Any]
) -> None:
    export(service, tmp_path / "out", *words)
    assert service.asked == [asked | {"fileType": "CSV"}]


@pytest.mark.parametrize(
    ("words", "reason"),
    [
        (["gift-cards", "--field", "NAME"], "--field is not an option of gift-cards"),
        (["voucher-codes", "--filter", '{"a": 1}'], "--filter is not an option of voucher-codes"),
        (["products", "--scope", "ALL", "--id", "A"], "--id does not go with --scope ALL"),
        (["products", "--filter", '{"a": 1}', "--id", "A"], "Use --id or --filter, not both"),
    ],
)
def test_an_option_that_would_have_no_effect_is_refused(
    service: FakeService, tmp_path: Path, words: list[str], reason: str
) -> None:
    answer = export(service, tmp_path / "out.csv", *words)
    assert (answer.exit_code, service.asked) == (2, [])
    assert reason in answer.output


def test_a_filter_that_is_no_json_is_a_usage_error(service: FakeService, tmp_path: Path) -> None:
    assert export(service, tmp_path / "out.csv", "products", "--filter", "{tea").exit_code == 2
    assert service.asked == []


def test_a_refused_export_says_which_field_is_wrong(service: FakeService) -> None:
    service.complaints = [{"field": "ids", "message": "You must provide at least one id."}]
    with pytest.raises(RequestRefused, match="ids: You must provide at least one id"):
        make_client(service).start(PRODUCTS, {})


def test_following_waits_until_the_export_has_ended(service: FakeService) -> None:
    service.pending, pauses = 3, list[float]()
    status = follow(service, pauses.append)
    assert status["status"] == "SUCCESS"
    assert pauses == sorted(pauses)
    assert len(pauses) == 3


@pytest.mark.parametrize("refusal", [429, 502, 504])
def test_following_endures_a_service_that_does_not_answer_for_a_while(
    service: FakeService, refusal: int
) -> None:
    service.pending, service.refusals, pauses = 1, [refusal] * 3, list[float]()
    assert follow(service, pauses.append)["status"] == "SUCCESS"
    assert len(pauses) == 4


def test_giving_up_on_a_silent_service_tells_the_export_s_id(service: FakeService) -> None:
    service.refusals = [504] * 100
    with pytest.raises(
        Unavailable, match=f"504: Wait. The export continues; its id is {EXPORT_ID}"
    ):
        follow(service, lambda seconds: None)


def test_a_silent_service_is_given_up_when_the_time_is_over(service: FakeService) -> None:
    service.refusals, pauses = [504] * 100, list[float]()
    exports = ServedExports(make_client(service))
    with pytest.raises(Unavailable, match="The export continues"):
        wait_for_end(lambda: exports.status(EXPORT_ID), EXPORT_ID, 0.5, pauses.append)
    assert pauses == []


def test_who_stops_waiting_is_told_that_the_export_continues(service: FakeService) -> None:
    def interrupt(seconds: float) -> None:
        raise KeyboardInterrupt

    service.pending = 1
    with pytest.raises(Unavailable, match=f"It continues. .*exports watch {EXPORT_ID}"):
        follow(service, interrupt)


def test_a_refusal_of_the_gateway_is_no_status(service: FakeService) -> None:
    service.refusals = [404]
    with pytest.raises(RequestRefused, match="404: Wait"):
        make_client(service).status(EXPORT_ID)


def test_a_failed_export_gives_its_reason(service: FakeService) -> None:
    service.failure = "The catalogue holds too little."
    with pytest.raises(ExportFailed, match="The catalogue holds too little"):
        follow(service)


def test_a_file_that_arrives_damaged_gets_no_name(service: FakeService, tmp_path: Path) -> None:
    service.sha256 = "0" * 64
    with pytest.raises(Unavailable, match="differs from the exported file"):
        download(service.status(), tmp_path / "tea.csv")
    assert not (tmp_path / "tea.csv").exists()


def test_a_service_that_is_not_there_is_named() -> None:
    with pytest.raises(Unavailable, match=r"http://127\.0\.0\.1:1 does not answer"):
        ServiceClient("http://127.0.0.1:1/", "secret").status(EXPORT_ID)


def test_a_place_where_no_file_can_be_is_told_before_anything_is_asked_for(
    service: FakeService, tmp_path: Path
) -> None:
    answer = export(service, tmp_path / "nowhere" / "tea.csv", "products")
    assert (answer.exit_code, service.tokens) == (2, set())
    assert "there is no directory" in answer.output
