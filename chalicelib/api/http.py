"""HTTP without a framework: from a request to status, headers and body. `app.py` only passes them on."""

from __future__ import annotations

import json
import logging
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, Final
from urllib.parse import quote

from chalicelib.api.auth import Authenticator, bearer_token
from chalicelib.api.context import RequestContext
from chalicelib.domain.export_file import ExportFile, JobStatus
from chalicelib.domain.global_id import InvalidGlobalId, decode_global_id, encode_global_id
from chalicelib.domain.requestor import ANONYMOUS, Requestor
from chalicelib.errors import PermissionDenied, Unavailable
from chalicelib.logs import about, about_export
from chalicelib.services.requests.api_service import ApiService
from chalicelib.services.requests.get_export import (
    download_file,
    find_by_token,
    find_export,
    make_download_url,
)

log: Final = logging.getLogger("waybill")
_UUID: Final = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")
JSON_TYPE: Final = "application/json"
# Answers may hold links, which are nothing to keep.
JSON_HEADERS: Final = {
    "Content-Type": JSON_TYPE,
    "Cache-Control": "no-store",
    "X-Content-Type-Options": "nosniff",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class HttpRequest:
    """What a route needs of a request; header names in lower case."""

    headers: Mapping[str, str]
    body: bytes = b""
    query: Mapping[str, str] = field(default_factory=dict)
    request_id: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class HttpAnswer:
    """What a route answers."""

    status: int
    body: str
    headers: Mapping[str, str]


Answer = Callable[[Requestor, ExportFile], HttpAnswer]


@dataclass(frozen=True, slots=True, kw_only=True)
class Api:
    """The HTTP edge of the service."""

    service: ApiService
    authenticator: Authenticator

    def graphql(self, request: HttpRequest) -> HttpAnswer:
        """`POST /graphql`."""
        from chalicelib.api.graphql_request import answer_body

        with about(request_id=request.request_id):
            try:
                context = self._context(request)
            except Unavailable as error:
                return _unavailable(error)
            with about(requestor_id=context.requestor.id):
                status, answer = answer_body(request.body, context)
            return _json(status, answer)

    def status(self, request: HttpRequest, export_id: str) -> HttpAnswer:
        """`GET /exports/{id}`: status, progress and, when there is a file, a link to it."""
        with about(request_id=request.request_id):
            return self._for_export(request, export_id, self._describe)

    def file(self, request: HttpRequest, export_id: str) -> HttpAnswer:
        """`GET /exports/{id}/file`: a redirect to a link that is signed now; the link in JSON when that is asked for.

        A page of a browser cannot look into a redirect to another origin.
        """
        with about(request_id=request.request_id):
            if "token" in request.query and not bearer_token(request.headers):
                return self._file_by_token(export_id, request.query["token"])
            answer = self._for_export(request, export_id, self._redirect)
        if answer.status == 302 and JSON_TYPE in request.headers.get("accept", ""):
            return _json(200, {"url": answer.headers["Location"]})
        return answer

    def health(self) -> HttpAnswer:
        """`GET /health`: the function runs and can read its settings."""
        return _json(200, {"status": "ok", "stage": self.service.settings.stage})

    def _for_export(self, request: HttpRequest, export_id: str, answer: Answer) -> HttpAnswer:
        try:
            requestor = self._context(request).requestor
            if requestor.is_anonymous:
                return self._sign_in(request, export_id)
            key = export_key(export_id)
            job = find_export(self.service, requestor, key) if key else None
            if job is None:
                return _json(404, {"message": "There is no such export."})
            with about_export(job), about(requestor_id=requestor.id):
                return answer(requestor, job)
        except PermissionDenied as denied:
            return _json(403, {"message": str(denied)})
        except Unavailable as error:
            return _unavailable(error)

    def _file_by_token(self, export_id: str, token: str) -> HttpAnswer:
        key = export_key(export_id)
        try:
            job = find_by_token(self.service, key, token) if key else None
            if job is None:
                return _json(401, {"message": NO_SUCH_LINK})
            with about_export(job), about(requestor_id="link"):
                return self._redirect(ANONYMOUS, job)
        except Unavailable as error:
            return _unavailable(error)

    def _sign_in(self, request: HttpRequest, export_id: str) -> HttpAnswer:
        """A person who follows a link is shown the export on the page, which lets them sign in."""
        if "text/html" not in request.headers.get("accept", ""):
            return _json(401, {"message": "Sign in: send a token as `Authorization: Bearer …`."})
        page = (
            f"{self.service.settings.public_url.rstrip('/')}/#exports/{quote(export_id, safe='')}"
        )
        return HttpAnswer(
            status=302, body="", headers={"Location": page, "Cache-Control": "no-store"}
        )

    def _describe(self, requestor: Requestor, job: ExportFile) -> HttpAnswer:
        return _json(
            200,
            {
                "id": encode_global_id("ExportFile", job.id),
                "export_type": job.request.export_type,
                "status": job.status.value,
                "message": job.message,
                "progress": round(job.progress, 4),
                "row_count": job.row_count,
                "file_name": job.file_name,
                "file_size_bytes": job.file_size_bytes,
                "sha256": job.sha256,
                "created_at": job.created_at.isoformat(),
                "updated_at": job.updated_at.isoformat(),
                "expires_at": job.expires_at.isoformat(),
                "url": make_download_url(self.service, job),
            },
        )

    def _redirect(self, requestor: Requestor, job: ExportFile) -> HttpAnswer:
        url = download_file(self.service, requestor, job)
        if url is None:
            over = job.status is JobStatus.SUCCESS and job.expires_at <= self.service.clock.now()
            status = JobStatus.DELETED if over else job.status
            return _json(410 if status is JobStatus.DELETED else 409, {"message": NO_FILE[status]})
        return HttpAnswer(
            status=302, body="", headers={"Location": url, "Cache-Control": "no-store"}
        )

    def _context(self, request: HttpRequest) -> RequestContext:
        requestor = self.authenticator.identify(request.headers)
        return RequestContext(
            requestor=requestor,
            service=self.service,
            request_id=request.request_id,
            idempotency_key=request.headers.get("idempotency-key", ""),
        )


NO_SUCH_LINK: Final = (
    "This link does not open a file, or no longer. Sign in, or ask for a new export."
)
NO_FILE: Final = {
    JobStatus.PENDING: "The export is not finished yet. Ask again in a moment.",
    JobStatus.FAILED: "The export failed, so there is no file. Ask for a new export.",
    JobStatus.DELETED: "The file has been deleted. Ask for a new export.",
    JobStatus.SUCCESS: "The file is missing. Ask for a new export.",
}


def export_key(export_id: str) -> str | None:
    """The key of an export named by its global id or by the key itself; None for anything else."""
    if _UUID.fullmatch(export_id):
        return export_id
    try:
        type_name, key = decode_global_id(export_id)
    except InvalidGlobalId:
        return None
    return key if type_name == "ExportFile" and _UUID.fullmatch(key) else None


def _json(status: int, body: Any) -> HttpAnswer:
    return HttpAnswer(
        status=status, body=json.dumps(body, ensure_ascii=False), headers=JSON_HEADERS
    )


def _unavailable(error: Unavailable) -> HttpAnswer:
    log.error("service unavailable", extra={"reason": str(error)})
    return _json(503, {"message": "The service is busy. Please try again in a moment."})
