"""The links in answers to queries: those of a page of exports are recorded together."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from chalicelib.api.context import RequestContext
from chalicelib.api.graphql_errors import QueryRefused
from chalicelib.domain.export_file import ExportFile, JobStatus
from chalicelib.errors import Unavailable, WaybillError
from chalicelib.services.requests.hand_out_links import hand_out_links

# A link is two items, its record and its end, and DynamoDB writes 25 items at once.
LINKS_PER_WRITE: Final = 12


def link_to(context: RequestContext, job: ExportFile) -> str | None:
    """Return a link to the file of an export, None if it has no file.

    Its first call for an export of a page records the links of the whole page: a query asks for
    `url` on all exports of a list or on none. LinkNotRecorded; QueryRefused if the budget is spent.
    """
    if job.status is not JobStatus.SUCCESS:
        return None
    links = context.links
    if job.id not in links.found:
        page = links.pages.get(job.id, [job])
        links.found.update(_hand_out(context, [one for one in page if one.id not in links.found]))
    found = links.found[job.id]
    if isinstance(found, WaybillError):
        raise found
    return found


def _hand_out(
    context: RequestContext, jobs: Sequence[ExportFile]
) -> dict[str, str | WaybillError | None]:
    """Return a link or None for each export, or the same error for all."""
    ended = [job for job in jobs if job.status is JobStatus.SUCCESS]
    try:
        context.budget.spend(1 + -(-len(ended) // LINKS_PER_WRITE))
        urls = hand_out_links(context.service, context.requestor, ended)
    except (Unavailable, QueryRefused) as error:
        return dict.fromkeys((job.id for job in ended), error)
    return {job.id: urls.get(job.id) for job in ended}
