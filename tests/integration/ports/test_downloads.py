"""What every `ExportFileStore` promises about downloads and links to files."""

from __future__ import annotations

from datetime import timedelta

from chalicelib.domain.export_event import Download
from chalicelib.domain.ports import ExportFileStore
from tests.factories import ANN, make_app
from tests.fakes import START
from tests.integration.ports.jobs import LATER, add_finished

END = LATER + timedelta(minutes=5)


def make_link(minute: float = 0) -> Download:
    wait = timedelta(minutes=minute)
    return Download(date=LATER + wait, until=END + wait, user=ANN)


def test_downloads_come_back_as_they_were_the_newest_first(store: ExportFileStore) -> None:
    job = add_finished(store)
    first, second = Download(date=START, app=make_app()), make_link()
    store.record_download(job, first)
    store.record_download(job, second)
    assert store.find_downloads("default", job.id, 10) == (second, first)
    assert store.find_downloads("default", job.id, 1) == (second,)


def test_a_link_is_a_download_and_its_end_is_known(store: ExportFileStore) -> None:
    job = add_finished(store)
    assert store.find_links([job], ANN.id) == {}
    store.record_links([(job, make_link())], ANN.id)
    assert store.find_links([job], ANN.id) == {job.id: END}
    [download] = store.find_downloads("default", job.id, 10)
    assert (download.date, download.until, download.user) == (LATER, END, ANN)


def test_the_latest_link_counts_and_both_are_on_record(store: ExportFileStore) -> None:
    job = add_finished(store)
    store.record_links([(job, make_link())], ANN.id)
    store.record_links([(job, make_link(6))], ANN.id)
    assert store.find_links([job], ANN.id) == {job.id: END + timedelta(minutes=6)}
    assert len(store.find_downloads("default", job.id, 10)) == 2


def test_links_are_of_one_requestor_and_one_export(store: ExportFileStore) -> None:
    job, other, foreign = (
        add_finished(store),
        add_finished(store, minute=0.5),
        add_finished(store, shop="other"),
    )
    store.record_links([(job, make_link())], ANN.id)
    assert store.find_links([job], make_app().id) == {}
    assert store.find_links([other, foreign], ANN.id) == {}


def test_the_links_of_a_full_page_are_recorded_together(store: ExportFileStore) -> None:
    jobs = [add_finished(store, minute=number / 1_000) for number in range(100)]
    store.record_links([(job, make_link()) for job in jobs], ANN.id)
    assert store.find_links(jobs, ANN.id) == {job.id: END for job in jobs}
    assert all(store.find_downloads("default", job.id, 10) for job in jobs)
