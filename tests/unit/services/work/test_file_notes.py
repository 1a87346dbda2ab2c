from __future__ import annotations

from dataclasses import replace
from typing import Any

from chalicelib.domain.currency import Facts
from chalicelib.domain.export_file import ExportFile
from chalicelib.domain.file_options import LayoutOptions
from chalicelib.domain.global_id import encode_global_id
from chalicelib.domain.request import Scope
from chalicelib.domain.transitions import create
from chalicelib.services.work.file_notes import notes_of
from chalicelib.words.text import say
from tests.catalog_files import make_collection
from tests.factories import fill, make_request, make_requestor, make_service
from tests.fakes import START

LATER = "What was created later is not in the file."
SOURCE = make_service().source
BERLIN = LayoutOptions(time_zone="Europe/Berlin")


def make_job(**given: Any) -> ExportFile:
    job = create(
        request=make_request(**given),
        requestor=make_requestor(),
        file_name="tea.xlsx",
        now=START.replace(hour=9, minute=30),
        retention_seconds=60,
    ).after
    return replace(job, as_of={Facts.RECORDS: START.replace(hour=9, minute=31)})


def test_a_file_says_what_it_has_who_asked_and_when_it_was_read() -> None:
    given = {"title": "Tea", "summary": "All teas", "filter": {"search": "té"}, "layout": BERLIN}
    job = make_job(scope=Scope.FILTER, **given)
    day = f"{START:%Y-%m-%d}"
    assert notes_of(job, SOURCE).title == "About"
    assert list(notes_of(job, SOURCE).lines) == [
        ("Title", "Tea"),
        ("Content", "All teas"),
        ("Requested at", f"{day} 10:30 Europe/Berlin"),
        ("Requested by", "Ann Lee"),
        ("Filter", "search té"),
        ("Read at", f"Read from the shop at {day} 10:31 Europe/Berlin. {LATER}"),
        ("File", f"Tea {day}.xlsx"),
    ]


def test_a_german_file_says_it_in_german() -> None:
    job = make_job(title="Tee", summary=say("All {label}", label=say("products")))
    said = notes_of(replace(job, language="de"), SOURCE)
    notes = dict(said.lines)
    assert said.title == "Über die Datei"
    assert {"Titel", "Angefordert am", "Angefordert von", "Datei"} < notes.keys()
    assert notes["Inhalt"] == "Alle Produkte"
    assert notes["Gelesen am"].startswith("Aus dem Shop gelesen am ")


def test_a_file_of_chosen_records_is_silent_about_later_ones() -> None:
    notes = dict(notes_of(make_job(scope=Scope.IDS, ids=("UHJvZHVjdDox",)), SOURCE).lines)
    assert notes.keys() == {"Requested at", "Requested by", "File"}
    assert notes["Requested at"] == f"{START:%Y-%m-%d} 09:30 UTC"


def test_the_filter_of_a_file_has_names_instead_of_ids() -> None:
    source = make_service().source
    fill(source, "collections", make_collection(1, "Summer Picks"))
    chosen = {"collections": [encode_global_id("Collection", 1)], "isPublished": True}
    job = replace(make_job(scope=Scope.FILTER, filter=chosen), language="de")
    assert (
        dict(notes_of(job, source).lines)["Filter"]
        == "Kollektionen Summer Picks, veröffentlicht ja"
    )
