"""Routes and triggers only: each calls `chalicelib`."""

from __future__ import annotations

import json
from typing import Any

from chalice.app import Chalice, Rate, Response

from chalicelib import bootstrap
from chalicelib.api.access_line import with_access_line
from chalicelib.api.edge import at_shop, decoded, make_response, read_request, share
from chalicelib.api.http_answer import HttpAnswer, HttpRequest
from chalicelib.logs import about

# Chalice would attach a text handler to the `waybill` logger; ours writes JSON (logs.py).
app = Chalice(app_name="waybill", configure_logs=False)
# The template makes every body binary at the gateway; Chalice's list would demand `Accept` headers.
app.api.binary_types = []
# The template (.chalice/resources.json) replaces it by the ARNs of its own queues.
QUEUE_OF_TEMPLATE = "arn:aws:sqs:us-east-1:000000000000:set-by-the-template"


def _request() -> HttpRequest:
    return read_request(app.current_request)


def _response(answer: HttpAnswer) -> Response:
    return make_response(app.current_request, answer)


@app.middleware("http")
def share_with_browsers(request: Any, answer: Any) -> Response:
    """Add CORS headers, answer preflight requests, and write the access line."""
    allowed = bootstrap.settings().allowed_origins
    return with_access_line(request, lambda asked: share(asked, answer, allowed))


# Chalice would refuse other types in a shape that clients cannot read; request_body.py knows them
# all.
@app.route("/graphql", methods=["GET", "POST", "OPTIONS"], content_types=["*/*"])
def graphql() -> Response:
    """Answer GraphQL requests."""
    current: Any = app.current_request
    return _response(bootstrap.api().answer_graphql(current.method, _request()))


@app.route("/shops/{shop}/graphql", methods=["GET", "POST", "OPTIONS"], content_types=["*/*"])
def graphql_of_shop(shop: str) -> Response:
    """Answer GraphQL for people and apps of one shop."""
    current: Any = app.current_request
    return _response(bootstrap.api().answer_graphql(current.method, at_shop(_request(), shop)))


@app.route("/exports/{export_id}", methods=["GET", "OPTIONS"])
def export_status(export_id: str) -> Response:
    """Answer with the status of an export, for scripts."""
    return _response(bootstrap.api().status(_request(), decoded(export_id)))


@app.route("/exports/{export_id}/file", methods=["GET", "OPTIONS"])
def export_file(export_id: str) -> Response:
    """Answer with a link to the file of an export."""
    return _response(bootstrap.api().file(_request(), decoded(export_id)))


@app.route("/shops/{shop}/exports/{export_id}", methods=["GET", "OPTIONS"])
def export_status_of_shop(shop: str, export_id: str) -> Response:
    """Answer with the status of an export to people and apps of one shop."""
    return _response(bootstrap.api().status(at_shop(_request(), shop), decoded(export_id)))


@app.route("/shops/{shop}/exports/{export_id}/file", methods=["GET", "OPTIONS"])
def export_file_of_shop(shop: str, export_id: str) -> Response:
    """Answer with a link to the file of an export to people and apps of one shop."""
    return _response(bootstrap.api().file(at_shop(_request(), shop), decoded(export_id)))


@app.route("/", methods=["GET"])
def page() -> Response:
    """Answer with the web page."""
    current: Any = app.current_request
    path = current.context.get("path") or "/"
    return _response(bootstrap.pages().index(path, current.query_params or {}))


@app.route("/page/{version}/{name}", methods=["GET"])
def page_asset(version: str, name: str) -> Response:
    """Answer with an asset of the page."""
    return _response(bootstrap.pages().asset(version, name))


@app.route("/saleor/{name}", methods=["GET", "POST"], content_types=["*/*"])
def saleor(name: str) -> Response:
    """Answer what a shop on Saleor asks: the manifest, the registration, webhooks and so on."""
    current: Any = app.current_request
    return _response(bootstrap.saleor().answer(current.method, name, _request()))


@app.route("/saleor/popup/{name}", methods=["GET"])
def saleor_popup(name: str) -> Response:
    """Answer with the page for the dashboard of a shop on Saleor."""
    return _response(bootstrap.saleor().popup(name))


# The dashboard appends the path of a page of the manifest to `appUrl`. The path carries the stage.
@app.route("/saleor/exports", methods=["GET"])
@app.route("/saleor/exports/saleor/exports", methods=["GET"])
@app.route("/saleor/exports/{stage}/saleor/exports", methods=["GET"])
def saleor_exports(stage: str = "") -> Response:
    """Answer with the page of exports for the dashboard of a shop on Saleor."""
    current: Any = app.current_request
    return _response(bootstrap.saleor().exports(current.path))


@app.route("/health", methods=["GET", "HEAD"])
def health() -> Response:
    """Answer that the service runs."""
    return _response(bootstrap.api().health())


@app.on_sqs_message(queue_arn=QUEUE_OF_TEMPLATE, batch_size=1, name="worker")
def worker(event: Any) -> None:
    """Do the step that a message of the export queue asks for."""
    from chalicelib.domain.message import ExportMessage
    from chalicelib.services.work.work_export import work_export

    with about(request_id=event.context.aws_request_id):
        for record in event:
            work_export(bootstrap.worker(), ExportMessage.from_json(json.loads(record.body)))


@app.on_sqs_message(queue_arn=QUEUE_OF_TEMPLATE, batch_size=1, name="dead-letters")
def dead_letters(event: Any) -> None:
    """End the export of a message that failed for good."""
    from chalicelib.services.work.bury_message import bury_message

    with about(request_id=event.context.aws_request_id):
        for record in event:
            bury_message(bootstrap.worker(), record.body)


@app.schedule(Rate(1, unit=Rate.MINUTES), name="recover")
def recover(event: Any) -> None:
    """Run the schedule's duties for exports that are stuck."""
    from chalicelib.services.work.recover_exports import recover_exports

    with about(request_id=event.context.aws_request_id):
        recover_exports(bootstrap.worker())


@app.schedule(Rate(1, unit=Rate.HOURS), name="expire")
def expire(event: Any) -> None:
    """Delete the files that have passed their retention."""
    from chalicelib.services.work.expire_exports import expire_exports

    with about(request_id=event.context.aws_request_id):
        expire_exports(bootstrap.worker())


@app.on_sqs_message(queue_arn=QUEUE_OF_TEMPLATE, batch_size=1, name="sync")
def sync(event: Any) -> None:
    """Do the step of a shop's sync that a message asks for."""
    from chalicelib.domain.sync import SyncMessage
    from chalicelib.services.sync.work_sync import work_sync

    with about(request_id=event.context.aws_request_id):
        for record in event:
            work_sync(bootstrap.sync(), SyncMessage.from_json(json.loads(record.body)))


@app.schedule(Rate(5, unit=Rate.MINUTES), name="reconcile")
def reconcile(event: Any) -> None:
    """Ask for the steps of shops' syncs that are due."""
    from chalicelib.services.sync.schedule_syncs import schedule_syncs

    with about(request_id=event.context.aws_request_id):
        schedule_syncs(bootstrap.sync())
