from __future__ import annotations

import pytest

from chalicelib.domain.request import Formulas
from chalicelib.settings import Settings


def test_the_environment_names_what_differs_from_the_defaults() -> None:
    environment = {
        "EXPORT_BUCKET": "files",
        "HISTORY_SECONDS": "60",
        "FORMULAS": "RAW",
        "INTROSPECTION": "False",
    }
    settings = Settings.from_environment(environment)
    assert (settings.export_bucket, settings.history_seconds) == ("files", 60)
    assert (settings.formulas, settings.introspection, settings.suggestions) == (
        Formulas.RAW,
        False,
        False,
    )


def test_issuers_are_a_json_list() -> None:
    listed = (
        '[{"issuer": "https://id.example", "jwks_url": "https://id.example/keys", "shop": "main"}]'
    )
    (issuer,) = Settings.from_environment({"ISSUERS": listed}).issuers
    assert (issuer.issuer, issuer.shop, issuer.audience) == ("https://id.example", "main", None)


def test_the_clients_of_an_issuer_are_a_list() -> None:
    listed = '[{{"issuer": "i", "jwks_url": "", "clients": {}}}]'
    (issuer,) = Settings.from_environment({"ISSUERS": listed.format('["a", "b"]')}).issuers
    assert issuer.clients == ("a", "b")
    with pytest.raises(ValueError, match="ISSUERS cannot be read: `clients` must be a list"):
        Settings.from_environment({"ISSUERS": listed.format('"ab"')})


@pytest.mark.parametrize(
    ("listed", "allowed"),
    [
        ("", ("*",)),
        ("*", ("*",)),
        (
            "https://*.shop.example, http://127.0.0.1:3000/",
            ("https://*.shop.example", "http://127.0.0.1:3000"),
        ),
    ],
)
def test_allowed_origins_may_be_all_or_some(listed: str, allowed: tuple[str, ...]) -> None:
    assert Settings.from_environment({"ALLOWED_ORIGINS": listed}).allowed_origins == allowed


@pytest.mark.parametrize(
    ("variable", "value"),
    [
        ("EMBED_ORIGINS", "*"),
        ("ALLOWED_ORIGINS", "shop.example"),
        ("INTROSPECTION", "maybe"),
        ("LEASE_SECONDS", "soon"),
        ("FORMULAS", "SOME"),
        ("ISSUERS", "[1]"),
    ],
)
def test_a_variable_that_cannot_be_read_is_named(variable: str, value: str) -> None:
    with pytest.raises(ValueError, match=variable):
        Settings.from_environment({variable: value})
