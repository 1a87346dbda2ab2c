from __future__ import annotations

import pytest
from click import BadParameter, Command, Context

from deploy.__main__ import _read_settings, next_steps, up
from deploy.parameters import PARAMETERS, outlasting
from deploy.template import make_template

YEAR = str(365 * 86_400)
DAY = "86400"


def days(given: dict[str, str], before: dict[str, str] | None = None) -> int:
    return int(outlasting(given, before or {})["ObjectDays"])


def test_the_bucket_keeps_objects_longer_than_exports_keep_files() -> None:
    assert days({}) == 40
    assert days({"RetentionSeconds": YEAR}) == 375
    assert days({"RetentionSeconds": "31536001"}) == 376


def test_files_that_were_promised_longer_stay_when_the_retention_becomes_shorter() -> None:
    before = {"RetentionSeconds": YEAR, "ObjectDays": "375"}
    assert days({"RetentionSeconds": DAY}, before) == 375
    assert days({"LogLevel": "DEBUG"}, before) == 375


def test_a_retention_that_was_set_without_the_days_is_made_good() -> None:
    assert days({}, {"RetentionSeconds": YEAR, "ObjectDays": "40"}) == 375


def test_days_are_as_asked_for_when_they_are_enough() -> None:
    assert days({"RetentionSeconds": DAY, "ObjectDays": "11"}, {"ObjectDays": "375"}) == 11


@pytest.mark.parametrize("before", [{}, {"RetentionSeconds": YEAR}])
def test_fewer_days_than_files_are_kept_are_refused(before: dict[str, str]) -> None:
    with pytest.raises(ValueError, match="ObjectDays must be at least"):
        outlasting({"ObjectDays": "39"}, before)


def read(given: str | tuple[str, ...]) -> dict[str, str]:
    return _read_settings(Context(Command("up")), up.params[0], given)


def test_settings_are_quoted_as_for_a_shell() -> None:
    assert read("""Issuers='[{"issuer": "a b"}]' LogLevel=DEBUG""") == {
        "Issuers": '[{"issuer": "a b"}]',
        "LogLevel": "DEBUG",
    }
    assert read(("PublicUrl=https://a.example/?x=y",)) == {"PublicUrl": "https://a.example/?x=y"}
    assert read("") == {}


@pytest.mark.parametrize("given", ["LogLevel", "Loglevel=DEBUG", "LogLevel DEBUG"])
def test_a_setting_that_is_none_is_named(given: str) -> None:
    with pytest.raises(BadParameter, match="is not NAME=VALUE"):
        read(given)


@pytest.mark.parametrize("name", ["PublicUrl", "MailSender"])
def test_a_setting_that_only_the_operator_knows_has_no_default_and_is_missed(name: str) -> None:
    template = make_template()
    output = template["Outputs"][f"Missing{name}"]
    assert PARAMETERS[name]["Default"] == ""
    assert template["Conditions"][output["Condition"]] == {"Fn::Equals": [{"Ref": name}, ""]}


def test_a_deployment_says_which_settings_are_missing() -> None:
    outputs = {"DashboardURL": "https://d", "MissingMailSender": "Deploy the stack with it."}
    said = next_steps("waybill-dev", "https://a", outputs)
    assert "Not set: MailSender." in said
    assert "Not set" not in next_steps("waybill-dev", "https://a", {"DashboardURL": "https://d"})
