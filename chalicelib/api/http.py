"""The routes of the API. `app.py` connects them to the framework."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any, Final
from urllib.parse import quote

from chalicelib.api.access_line import note_access
from chalicelib.api.auth import Authenticator, bearer_token
from chalicelib.api.context import RequestContext
from chalicelib.api.http_answer import (
    JSON_TYPE,
    HttpAnswer,
    HttpRequest,
    error_answer,
    json_answer,
    sendable,
    unavailable_answer,
)
from chalicelib.domain.download_name import download_name
from chalicelib.domain.export_file import ExportFile, JobStatus
from chalicelib.domain.global_id import InvalidGlobalId, decode_global_id, encode_global_id
from chalicelib.domain.requestor import ANONYMOUS, Requestor
from chalicelib.domain.transitions import CANCELED
from chalicelib.errors import PermissionDenied, Unavailable
from chalicelib.logs import about, about_export
from chalicelib.services.requests.api_service import ApiService
from chalicelib.services.requests.get_export import find_by_token, find_export, find_progress
from chalicelib.services.requests.hand_out_links import download_file, hand_out_links
from chalicelib.words.text import in_language, say

_UUID: Final = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")
Answer = Callable[[Requestor, ExportFile], HttpAnswer]


@dataclass(frozen=True, slots=True, kw_only=True)
class Api:
    """The HTTP edge of the service."""

    service: ApiService
    authenticator: Authenticator

    def answer_graphql(self, method: str, request: HttpRequest) -> HttpAnswer:
        """Answer a GraphQL request of either method."""
        return (self.graphql_by_get if method == "GET" else self.graphql)(request)

    def graphql(self, request: HttpRequest) -> HttpAnswer:
        """Answer `POST /graphql`."""
        # REST routes start faster without GraphQL.
        from chalicelib.api.graphql_request import answer_body

        content_type = request.headers.get("content-type", "")
        return self._graphql(
            request, lambda context: answer_body(request.body, content_type, context)
        )

    def graphql_by_get(self, request: HttpRequest) -> HttpAnswer:
        """Answer `GET /graphql`, which urql uses for short queries; never execute a mutation."""
        from chalicelib.api.graphql_request import answer_parameters

        return self._graphql(request, lambda context: answer_parameters(request.query, context))

    def _graphql(
        self, request: HttpRequest, answer: Callable[[RequestContext], tuple[int, Any]]
    ) -> HttpAnswer:
        with about(request_id=request.request_id):
            try:
                context = self._context(request)
            except Unavailable as error:
                return unavailable_answer(error, request.language)
            with about(requestor_id=context.requestor.id):
                answered = sendable(json_answer(*answer(context)), request.language)
        if not context.waits:
            return answered
        # Browsers show pages of other origins only the headers that are named.
        wait = {
            "Retry-After": str(max(context.waits)),
            "Access-Control-Expose-Headers": "Retry-After",
        }
        return replace(answered, headers={**answered.headers, **wait})

    def status(self, request: HttpRequest, export_id: str) -> HttpAnswer:
        """Answer `GET /exports/{id}` with status, progress and, once it exists, the file."""
        with about(request_id=request.request_id):
            return self._for_export(request, export_id, self._describe)

    def file(self, request: HttpRequest, export_id: str) -> HttpAnswer:
        """Answer `GET /exports/{id}/file` with a redirect to a freshly signed link.

        A client that accepts JSON gets the link as JSON: browsers hide redirects to other origins
        from pages.
        """
        with about(request_id=request.request_id):
            # A signed-in person downloads as themselves, so that the history names them.
            if "token" in request.query and not bearer_token(request.headers):
                return self._file_by_token(request, export_id)
            answer = self._for_export(request, export_id, self._redirect)
        if answer.status == 302 and JSON_TYPE in request.headers.get("accept", ""):
            return json_answer(200, {"url": answer.headers["Location"]})
        return answer

    def health(self) -> HttpAnswer:
        """Answer `GET /health`: the function runs and has read its settings."""
        return json_answer(200, {"status": "ok", "stage": self.service.settings.stage})

    def _for_export(self, request: HttpRequest, export_id: str, answer: Answer) -> HttpAnswer:
        try:
            requestor = self._context(request).requestor
            # Before the look-up: a stranger must not learn which exports exist.
            if requestor.is_anonymous:
                return self._sign_in(request, export_id)
            key = export_key(export_id)
            job = find_export(self.service, requestor, key) if key else None
            if job is None:
                return error_answer(404, say("There is no such export."), request.language)
            with about_export(job), about(requestor_id=requestor.id):
                return answer(requestor, job)
        except PermissionDenied as denied:
            return error_answer(403, denied.message, request.language)
        except Unavailable as error:
            return unavailable_answer(error, request.language)

    def _file_by_token(self, request: HttpRequest, export_id: str) -> HttpAnswer:
        key = export_key(export_id)
        try:
            job = find_by_token(self.service, key, request.query["token"]) if key else None
            if job is None:
                return error_answer(401, say(NO_SUCH_LINK), request.language)
            note_access(requestor_id="link", shop=job.shop)
            with about_export(job), about(requestor_id="link"):
                return self._redirect(replace(ANONYMOUS, language=request.language), job)
        except Unavailable as error:
            return unavailable_answer(error, request.language)

    def _sign_in(self, request: HttpRequest, export_id: str) -> HttpAnswer:
        # A person who follows a link to an export signs in on the page and sees the export there.
        if "text/html" not in request.headers.get("accept", ""):
            return error_answer(401, say(SIGN_IN), request.language)
        # Without a public address the page is some levels above this route, whatever the stage.
        above = "../../../.." if request.shop else "../.."
        home = self.service.settings.public_url.rstrip("/") or above
        page = f"{home}/#exports/{quote(export_id, safe='')}"
        return HttpAnswer(
            status=302, body="", headers={"Location": page, "Cache-Control": "no-store"}
        )

    def _describe(self, requestor: Requestor, job: ExportFile) -> HttpAnswer:
        progress = find_progress(self.service, job)
        return json_answer(
            200,
            {
                "id": encode_global_id("ExportFile", job.id),
                "export_type": job.request.export_type,
                "status": job.status.value,
                "canceled": job.error_type == CANCELED,
                "message": job.message and in_language(job.message, requestor.language),
                "progress": round(progress.share, 4),
                "rows_done": progress.rows_done,
                "rows_total": progress.rows_total,
                "row_count": job.row_count,
                "file_name": download_name(job),
                "file_size_bytes": job.file_size_bytes,
                "sha256": job.sha256,
                "as_of": {facts: moment.isoformat() for facts, moment in job.as_of.items()},
                "created_at": job.created_at.isoformat(),
                "updated_at": job.updated_at.isoformat(),
                "expires_at": job.expires_at.isoformat(),
                "url": hand_out_links(self.service, requestor, [job]).get(job.id),
            },
        )

    def _redirect(self, requestor: Requestor, job: ExportFile) -> HttpAnswer:
        url = download_file(self.service, requestor, job)
        if url is None:
            # The schedule deletes files hourly; the time of a file is over to the second.
            over = job.status is JobStatus.SUCCESS and job.expires_at <= self.service.clock.now()
            status = JobStatus.DELETED if over else job.status
            code = 410 if status is JobStatus.DELETED else 409
            return error_answer(code, NO_FILE[status], requestor.language)
        return HttpAnswer(
            status=302, body="", headers={"Location": url, "Cache-Control": "no-store"}
        )

    def _context(self, request: HttpRequest) -> RequestContext:
        known = self.authenticator.identify(request.headers, request.shop)
        requestor = replace(known, language=request.language)
        note_access(requestor_id=requestor.id, shop=requestor.shop)
        return RequestContext(
            requestor=requestor,
            service=self.service,
            request_id=request.request_id,
            idempotency_key=request.headers.get("idempotency-key", ""),
        )


SIGN_IN: Final = "Sign in: send a token in `Authorization: Bearer …`."
NO_SUCH_LINK: Final = "This link is not valid, or no longer. Sign in, or start a new export."
NO_FILE: Final = {
    JobStatus.PENDING: say("The export is not finished yet. Try again in a moment."),
    JobStatus.FAILED: say("The export failed, so there is no file. Start a new export."),
    JobStatus.DELETED: say("The file has been deleted. Start a new export."),
    JobStatus.SUCCESS: say("The file is missing. Start a new export."),
}


def export_key(export_id: str) -> str | None:
    """Return the key of an export from its global id or the key itself; None for any other text."""
    if _UUID.fullmatch(export_id):
        return export_id
    try:
        type_name, key = decode_global_id(export_id)
    except InvalidGlobalId:
        return None
    return key if type_name == "ExportFile" and _UUID.fullmatch(key) else None
