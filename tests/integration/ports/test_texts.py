"""What every `ExportFileStore` promises about texts for people and engineers."""

from __future__ import annotations

from chalicelib.domain.ports import ExportFileStore
from chalicelib.domain.transitions import cancel, fail
from chalicelib.words.text import in_language
from tests.factories import make_app, make_requestor
from tests.integration.ports.jobs import LATER, add


def test_a_message_comes_back_in_all_its_languages(store: ExportFileStore) -> None:
    canceled = cancel(add(store), now=LATER, by=make_requestor())
    store.save(canceled)
    job = store.get("default", canceled.after.id)
    messages = [job.message, store.find_events("default", job.id)[-1].message]
    german = {in_language(message or "", "de") for message in messages}
    assert german == {"Der Export wurde von Ann Lee abgebrochen."}


def test_the_history_says_who_failed_an_export_and_why(store: ExportFileStore) -> None:
    job = add(store, app=make_app())
    failed = fail(job, "No tea.", error_type="OutOfTea", now=LATER)
    store.save(failed)
    event = store.find_events("default", job.id)[-1]
    assert event == failed.event
    assert (event.error_type, event.app) == ("OutOfTea", make_app())
