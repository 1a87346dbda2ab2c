"""Request an export: check permission and limits, store the job, send its message."""

from __future__ import annotations

import json
import logging
import uuid
from dataclasses import replace
from datetime import datetime
from typing import Final

from chalicelib.catalog.dictionaries import Dictionaries
from chalicelib.domain.export_file import ExportFile
from chalicelib.domain.idempotency import IdempotencyKey
from chalicelib.domain.message import ExportMessage, Step
from chalicelib.domain.request import ExportRequest
from chalicelib.domain.requestor import Requestor
from chalicelib.domain.transitions import Transition, create
from chalicelib.errors import (
    Conflict,
    ExportFailed,
    LimitReached,
    PermissionDenied,
    RequestRefused,
    ShopFull,
    Unavailable,
)
from chalicelib.exports.export_type import ExportType
from chalicelib.exports.registry import EXPORT_TYPES
from chalicelib.exports.summary import summarize
from chalicelib.formats.registry import format_of
from chalicelib.logs import about_export
from chalicelib.services.requests.api_service import ApiService
from chalicelib.services.requests.limit_uses import Use, count_use
from chalicelib.words.text import Text, say

log: Final = logging.getLogger("waybill")

# A job and its request are one item of DynamoDB, which may have 400 KB.
MAX_REQUEST_BYTES: Final = 200_000


def check_permission(requestor: Requestor, export_type: ExportType) -> None:
    """Raise PermissionDenied unless the requestor may have exports of this type."""
    if not requestor.may(export_type.permission):
        raise PermissionDenied(export_type.permission)


def request_export(
    service: ApiService,
    requestor: Requestor,
    export_type: ExportType,
    request: ExportRequest,
    key: IdempotencyKey | None = None,
) -> ExportFile:
    """Return the new PENDING job, or the job that the same key and body made before.

    LimitReached if too many exports are pending or were requested lately, RequestRefused if the key
    was used for another body. If the queue does not answer, the schedule sends the message later.
    """
    check_permission(requestor, export_type)
    if key and (replayed := find_replayed(service, requestor, key)):
        return replayed
    # Only for new requests: a repeated one gets its first answer, whatever the limits are now.
    check_size(request)
    check_limits(service, requestor)
    count_use(service, requestor, Use.EXPORT)
    transition = _created(service, requestor, export_type, summarized(service, requestor, request))
    try:
        service.store.create(transition, key)
    except ShopFull as full:
        raise LimitReached(
            say(
                "This shop cannot store more exports. "
                "Ask the operator of this service to make room."
            )
        ) from full
    except Conflict:
        # The same request, sent twice at the same time, was stored first by the other call.
        if key and (replayed := find_replayed(service, requestor, key)):
            return replayed
        raise
    _send_start(service, transition.after)
    return transition.after


def summarized(service: ApiService, requestor: Requestor, request: ExportRequest) -> ExportRequest:
    """Return the request with its summary, in the names that the catalogue has now."""
    dictionaries = Dictionaries(service.source, requestor.shop)
    try:
        summary = summarize(EXPORT_TYPES[request.export_type], request, dictionaries)
    except (ExportFailed, Unavailable) as error:
        # The worker finds the same and fails the export by name, or has better luck.
        log.warning("no summary", extra={"reason": str(error)})
        return request
    return replace(request, summary=summary)


def _created(
    service: ApiService, requestor: Requestor, export_type: ExportType, request: ExportRequest
) -> Transition:
    now, settings = service.clock.now(), service.settings
    return create(
        request=request,
        requestor=requestor,
        file_name=make_file_name(export_type, request, now),
        now=now,
        retention_seconds=settings.retention_seconds,
        history_seconds=settings.history_seconds,
        with_link_key=settings.download_token_seconds > 0,
    )


def _send_start(service: ApiService, job: ExportFile) -> None:
    """Send the first message; the schedule sends it if the queue does not answer."""
    with about_export(job):
        log.info(
            "export requested",
            extra={"scope": job.request.scope.value, "file_type": job.request.file_type},
        )
        try:
            service.queue.send([ExportMessage.of(job, Step.START)])
        except Unavailable as error:
            log.warning("export not queued yet", extra={"reason": str(error)})


def find_replayed(
    service: ApiService, requestor: Requestor, key: IdempotencyKey
) -> ExportFile | None:
    """Return the export that this key made before, None for a new key.

    RequestRefused if the key was used for another body, or its export has been deleted for good.
    """
    replay = service.store.find_replay(key, service.clock.now())
    if replay is None:
        return None
    if replay.fingerprint != key.fingerprint:
        raise RequestRefused(
            say(
                "This Idempotency-Key was used for another request. "
                "Use a new key for a new request."
            )
        )
    job = service.store.find(requestor.shop, replay.export_id)
    if job is None:
        raise RequestRefused(
            say(
                "The export of this Idempotency-Key no longer exists. "
                "Use a new key for a new request."
            )
        )
    return job


def check_size(request: ExportRequest) -> None:
    """Raise LimitReached if the input is too large to be stored."""
    if len(json.dumps(request.to_json(), ensure_ascii=False).encode()) > MAX_REQUEST_BYTES:
        raise LimitReached(
            say(
                "The export's input is larger than {most:,} bytes. Use a shorter filter.",
                most=MAX_REQUEST_BYTES,
            )
        )


def check_limits(service: ApiService, requestor: Requestor) -> None:
    """Raise LimitReached if the requestor or the shop has too many exports pending."""
    # Two requests at once can both pass: the limit is soft (ADR 16).
    own, all_ = service.settings.pending_per_requestor, service.settings.pending_per_shop
    pending = service.store.count_pending(requestor.shop)
    if pending[requestor.id] >= own:
        raise LimitReached(_limit_of_requestor(own))
    if pending.total() >= all_:
        raise LimitReached(_limit_of_shop(all_))


def _limit_of_requestor(most: int) -> Text:
    return say(
        "You have 1 export pending. Wait until it is finished, then ask again."
        if most == 1
        else "You have {most} exports pending. Wait until one is finished, then ask again.",
        most=most,
    )


def _limit_of_shop(most: int) -> Text:
    return say(
        "This shop has 1 export pending. Wait until it is finished, then ask again."
        if most == 1
        else "This shop has {most} exports pending. Wait until some are finished, then ask again.",
        most=most,
    )


def make_file_name(export_type: ExportType, request: ExportRequest, now: datetime) -> str:
    """Return a file name in Saleor's form: `product_data_24_11_2026_13_05_59_<uuid4>.csv`."""
    extension = format_of(request).file_extension
    moment = f"{now:%d_%m_%Y_%H_%M_%S}"
    return f"{export_type.file_prefix}_data_{moment}_{uuid.uuid4()}.{extension}"
