"""Texts in other languages: read from the shop, stored, and columns of their own."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import pytest

from chalicelib.catalog.dictionaries import Dictionaries
from chalicelib.domain.currency import Facts
from chalicelib.domain.global_id import encode_global_id
from chalicelib.domain.sync import SyncMessage, SyncStep
from chalicelib.errors import RequestRefused, Unavailable
from chalicelib.exports.column_keys import read_columns
from chalicelib.exports.product_keys import PRODUCT_KEYS
from chalicelib.services.sync.ensure_current import SyncCurrency
from chalicelib.services.sync.work_sync import work_sync
from chalicelib.settings import Settings
from tests.factories import make_requestor, make_service
from tests.sync_world import NAME, SyncWorld, make_world
from tests.synced_service import make_synced_service

TEXTS = {
    "name": "Tee, grün",
    "slug": "tee",
    "description": json.dumps({"blocks": [{"type": "paragraph", "data": {"text": "Sehr gut."}}]}),
    "seoTitle": "Tee kaufen",
    "seoDescription": None,
}
KEYS = (
    "product.name.de",
    "product.slug.de",
    "product.description.text.de",
    "product.seo.title.de",
    "product.seo.description.de",
    "variant.name.de",
)


@pytest.fixture(scope="module")
def world() -> SyncWorld:
    """A shop of two products, of which the first is translated."""
    made = make_world(2)
    first, second = made.shop.all("products")
    first["translations"], second["translations"] = {"de": TEXTS, "fr": {"name": "Thé"}}, {}
    for variant in (*first["variants"], *second["variants"]):
        variant["translations"] = {"de": {"name": "Groß"}} if variant in first["variants"] else {}
    made.install()
    return made


def rows_of(world: SyncWorld, *keys: str) -> list[list[str]]:
    service = make_synced_service(world)
    columns = [{"key": key} for key in keys]
    asker = make_requestor(shop=NAME)
    job = service.request(requestor=asker, parameters={"columns": columns})
    service.work()
    assert service.job(job).status == "SUCCESS", service.job(job).message
    return list(csv.reader(io.StringIO(service.file_of(job).decode())))


def test_translated_texts_are_columns_and_empty_where_there_are_none(world: SyncWorld) -> None:
    header, first, *_, last = rows_of(world, *KEYS)
    assert header[:2] == ["name (de)", "slug (de)"]
    assert first == ["Tee, grün", "tee", "Sehr gut.", "Tee kaufen", "", "Groß"]
    assert last == [""] * 6


def test_a_description_keeps_the_form_of_the_contract(world: SyncWorld) -> None:
    _, [text], *_ = rows_of(world, "product.description.de")
    assert json.loads(text) == json.loads(TEXTS["description"] or "")


def listed(world: SyncWorld) -> dict[str, str]:
    dictionaries = Dictionaries(make_synced_service(world).source, NAME)
    return dict(PRODUCT_KEYS.list(dictionaries))


def test_the_columns_of_the_languages_that_are_read_are_listed(world: SyncWorld) -> None:
    assert set(KEYS) <= listed(world).keys()
    assert not [key for key in listed(world) if key.endswith(".fr")]


@pytest.mark.parametrize("key", ["product.name.fr", "variant.name.xx", "product.description.DE"])
def test_a_language_that_is_not_read_is_refused_by_name(world: SyncWorld, key: str) -> None:
    dictionaries = Dictionaries(make_synced_service(world).source, NAME)
    with pytest.raises(RequestRefused, match=key):
        read_columns([{"key": key}], PRODUCT_KEYS, dictionaries)


def test_a_catalogue_that_was_loaded_has_no_languages() -> None:
    dictionaries = Dictionaries(make_service(products=1).source, "default")
    assert PRODUCT_KEYS.find("product.name.de", dictionaries) is None


def test_another_language_reads_every_product_again() -> None:
    world = make_world(2)
    world.install()
    world.shop.all("products")[0]["translations"] = {"de": TEXTS, "fr": {"name": "Thé"}}
    languages(world, ["de", "fr"])
    world.pass_time(300)
    world.ask(SyncStep.RECONCILE)
    assert [row[0] for row in rows_of(world, "product.name.fr")[1:2]] == ["Thé"]


def test_the_age_of_translations_is_that_of_the_last_reading_of_everything() -> None:
    world = make_world(2)
    world.install()
    read_at = world.sync.get_state(NAME, "products").as_of
    world.pass_time(600)
    world.ask(SyncStep.RECONCILE)
    as_of = SyncCurrency(world.sync).ensure(NAME, "products", world.clock.now()).as_of
    assert as_of[Facts.TRANSLATIONS] == read_at
    assert as_of[Facts.PRODUCTS] == world.clock.now()


def languages(world: SyncWorld, codes: Sequence[str]) -> None:
    api: Any = replace(world.sync.api, languages=tuple(codes))  # type: ignore[type-var]
    settings = replace(world.sync.settings, translation_languages=tuple(codes))
    world.sync = replace(world.sync, api=api, settings=settings)


def test_a_language_that_saleor_does_not_know_breaks_no_product() -> None:
    world = make_world(2)
    world.install()
    languages(world, ["de", "xx"])
    work_sync(world.sync, SyncMessage(shop=NAME, step=SyncStep.CONNECT))
    with pytest.raises(Unavailable, match="TranslationLanguages"):
        work_sync(world.sync, SyncMessage(shop=NAME, step=SyncStep.FULL))
    assert world.sync.get_state(NAME, "products").broken == ()


@pytest.mark.parametrize(
    ("text", "codes"), [("de, PT_BR", ("de", "pt-br")), ("", ()), ("zh-Hans", ("zh-hans",))]
)
def test_languages_are_set_by_their_codes(text: str, codes: tuple[str, ...]) -> None:
    found = Settings.from_environment({"TRANSLATION_LANGUAGES": text})
    assert found.translation_languages == codes


def test_a_text_that_is_not_a_language_is_refused() -> None:
    with pytest.raises(ValueError, match="not the code of a language"):
        Settings.from_environment({"TRANSLATION_LANGUAGES": "de){id}"})


def test_the_first_product_is_the_one_that_is_translated(world: SyncWorld) -> None:
    stored = world.documents()
    translated = [n for n, one in stored.items() if "translations" in one["facts"]]
    assert [encode_global_id("Product", number) for number in translated] == [
        world.shop.all("products")[0]["id"]
    ]
