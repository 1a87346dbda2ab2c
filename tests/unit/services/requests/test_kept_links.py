from __future__ import annotations

from chalicelib.services.requests.kept_links import MAX_KEPT, KeptLinks
from tests.factories import make_service
from tests.fakes import START


def test_few_ends_of_links_are_kept_and_the_oldest_goes_first() -> None:
    service, kept = make_service(products=1), KeptLinks()
    job = service.request()
    for number in range(MAX_KEPT + 1):
        kept.keep(job, f"user {number}", {job.id: START})
    assert kept.find(job, "user 0") is None
    assert kept.find(job, "user 1") == kept.find(job, f"user {MAX_KEPT}") == START
