"""The account of the deployment, and the work that its functions do in it."""

from __future__ import annotations

import json
import time
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import jwt

from chalicelib.domain.export_file import ExportFile, JobStatus
from chalicelib.domain.global_id import decode_global_id, encode_global_id
from chalicelib.domain.message import ExportMessage, Step
from chalicelib.exports.registry import ALL_PERMISSIONS
from ops.apps import create_app
from tests.e2e.connected_shop import (
    connect,
    deliver,
    end_grace,
    eventually,
    exported,
    exported_by,
    item_of,
    make_body,
    make_shop_server,
    make_token,
    marks_of,
)
from tests.e2e.left_jobs import leave_expired, leave_objects, leave_pending, objects_of, store_of
from tests.local_run import LocalRun

LOOK = """{
  exportFiles(first: 2) {edges {node {url events {type}}}}
  changed: exportFiles(first: 2, sortBy: {field: LAST_MODIFIED_AT, direction: DESC}) {totalCount}
  ended: exportFiles(first: 2, filter: {status: SUCCESS}) {totalCount edges {cursor}}
  own: exportFiles(first: 2, filter: {user: "a"}) {totalCount edges {cursor}}
  exportEstimate(exportType: "products", scope: ALL) {records}
  exportUnknownIds(kind: "products", ids: ["UHJvZHVjdDoxMDE="])
}"""
GIFT_CARDS = "mutation {exportGiftCards(input: {scope: ALL, fileType: XLSX}) {exportFile {id}}}"
SAVE_TEMPLATE = """mutation($input: ExportTemplateInput!) {
  exportTemplateSave(input: $input) {errors {message} exportTemplate {id name}}
}"""
USE_TEMPLATE = """mutation($id: ID!) {
  exportTemplateRun(id: $id) {errors {message} exportFile {id}}
  exportTemplateRemove(id: $id) {errors {message}}
}"""
DELETE = "mutation($id: ID!) {exportFileDelete(id: $id) {errors {message} exportFile {status}}}"


@dataclass(frozen=True)
class Account:
    """The deployment as its owner sees it; names are those of the template."""

    service: LocalRun

    def physical(self, name: str) -> str:
        found = self.service.aws("cloudformation").describe_stack_resource(
            StackName="waybill-dev", LogicalResourceId=name
        )
        physical: str = found["StackResourceDetail"]["PhysicalResourceId"]
        return physical

    def statements(self, role: str) -> list[dict[str, Any]]:
        """What the role allows, as it was deployed."""
        policy = self.service.aws("iam").get_role_policy(
            RoleName=self.physical(role), PolicyName="Waybill"
        )
        statements: list[dict[str, Any]] = policy["PolicyDocument"]["Statement"]
        return statements

    @contextmanager
    def without(self, role: str, sid: str) -> Iterator[None]:
        """The role's policy but for one statement."""
        statements = self.statements(role)
        self._write(role, [statement for statement in statements if statement["Sid"] != sid])
        try:
            yield
        finally:
            self._write(role, statements)

    def _write(self, role: str, statements: list[dict[str, Any]]) -> None:
        document = json.dumps({"Version": "2012-10-17", "Statement": statements})
        self.service.aws("iam").put_role_policy(
            RoleName=self.physical(role), PolicyName="Waybill", PolicyDocument=document
        )

    def invoke(self, function: str, event: Any) -> bool:
        """Run a function and wait; whether it ended without an error."""
        answer = self.service.aws("lambda").invoke(
            FunctionName=self.physical(function), Payload=json.dumps(event).encode()
        )
        return "FunctionError" not in answer

    def acting_as(self, role: str) -> Callable[..., Any]:
        """Makes clients that act with a function's role."""
        arn = self.service.aws("iam").get_role(RoleName=self.physical(role))["Role"]["Arn"]
        keys = self.service.aws("sts").assume_role(RoleArn=arn, RoleSessionName="stranger")[
            "Credentials"
        ]
        names = {"aws_access_key_id": "AccessKeyId", "aws_secret_access_key": "SecretAccessKey"}
        given = {
            name: keys[key] for name, key in (names | {"aws_session_token": "SessionToken"}).items()
        }
        return lambda service: self.service.aws(service, **given)


def message(shop: str, export_id: str) -> str:
    return json.dumps(ExportMessage(shop=shop, export_id=export_id, step=Step.START).to_json())


def records(job: ExportFile) -> dict[str, Any]:
    """The event by which Lambda hands a message to a function."""
    return {
        "Records": [{"messageId": "one", "receiptHandle": "one", "body": message(job.shop, job.id)}]
    }


def tick() -> dict[str, Any]:
    names = ("account", "region", "detail-type", "source", "time", "id")
    return {**dict.fromkeys(names, "one"), "version": "0", "detail": {}, "resources": []}


def wait_for(reached: Callable[[], Any], seconds: float = 30) -> None:
    deadline = time.monotonic() + seconds
    while not reached():
        assert time.monotonic() < deadline
        time.sleep(0.1)


def export_and_look(service: LocalRun) -> None:
    """The API and the worker: exports of every kind, looked at in every way."""
    app = create_app(
        service.facts["outputs"]["AppsTable"], name="Permitted", permissions=ALL_PERMISSIONS
    )
    asked = {"scope": "ALL", "exportInfo": {"fields": ["NAME"]}}
    whole = service.ended(service.export("exportProducts", **asked))
    one = [encode_global_id("Product", 101)]
    some = service.export(
        "exportProducts", **(asked | {"scope": "IDS", "ids": one}), token=app.token
    )
    cards = service.graphql(GIFT_CARDS, headers={"Idempotency-Key": app.id})
    for export in (some, cards["data"]["exportGiftCards"]["exportFile"]["id"]):
        assert service.ended(export)["status"] == "SUCCESS"
    assert service.download(whole)
    assert "errors" not in service.graphql(LOOK)
    use_a_template(service)
    sign_in(service)
    job = store_of(service).get("default", decode_global_id(some)[1])
    leave_objects(service, job)
    assert service.graphql(DELETE, {"id": some})["data"]["exportFileDelete"]["exportFile"] == {
        "status": "DELETED"
    }
    wait_for(lambda: objects_of(service, job) == 0)


def use_a_template(service: LocalRun) -> None:
    """A template is saved, renamed, listed, run and removed."""
    everything = {"products": {"scope": "ALL", "fileType": "CSV"}}
    wanted: dict[str, Any] = {"export": everything}
    for name in ("Names", "All names"):
        answer = service.graphql(SAVE_TEMPLATE, {"input": {**wanted, "name": name}})
        wanted["id"] = answer["data"]["exportTemplateSave"]["exportTemplate"]["id"]
    assert "All names" in str(service.graphql("{exportTemplates {name}}"))
    used = service.graphql(USE_TEMPLATE, {"id": wanted["id"]})["data"]
    assert service.ended(used["exportTemplateRun"]["exportFile"]["id"])["status"] == "SUCCESS"
    assert used["exportTemplateRemove"]["errors"] == []


def sign_in(service: LocalRun) -> None:
    """The page asks for its shop's issuers, and a token of an unknown issuer for that issuer."""
    with urllib.request.urlopen(service.url, timeout=30) as page:
        assert page.status == 200
    stranger = jwt.encode({"iss": "https://stranger.example"}, "x" * 32, "HS256")
    service.graphql("{__typename}", token=stranger)


def bury_a_message(account: Account) -> None:
    """The function of dead letters."""
    service = account.service
    job = leave_pending(service, attempts=5)
    leave_objects(service, job)
    service.aws("sqs").send_message(
        QueueUrl=service.facts["outputs"]["ExportDeadLetters"],
        MessageBody=message(job.shop, job.id),
    )
    wait_for(lambda: store_of(service).get(job.shop, job.id).notified_at)
    assert (store_of(service).get(job.shop, job.id).status, objects_of(service, job)) == (
        JobStatus.FAILED,
        0,
    )


def recover_and_expire(account: Account) -> None:
    """The schedule: a job that was lost, one that failed too often, one whose time is over."""
    service, store, hour = account.service, store_of(account.service), timedelta(hours=1)
    lost, tired, over = (
        leave_pending(service, age=hour),
        leave_pending(service, age=hour, attempts=5),
        leave_expired(service),
    )
    for job in (tired, over):
        leave_objects(service, job)
    assert account.invoke("Recover", tick())
    assert account.invoke("Expire", tick())
    wait_for(lambda: store.get(lost.shop, lost.id).notified_at)
    wait_for(lambda: store.get(tired.shop, tired.id).notified_at)
    assert [store.get(job.shop, job.id).status for job in (lost, tired, over)] == [
        "SUCCESS",
        "FAILED",
        "DELETED",
    ]
    assert [objects_of(service, job) for job in (tired, over)] == [0, 0]


def connect_a_shop(account: Account) -> None:
    """The sync and its schedule: a shop is installed twice, changes, and deletes the app."""
    service, shop = account.service, make_shop_server(3)
    connect(service, shop)
    connect(service, shop)
    service.graphql("{__typename}", token="a-token-of-another-app")
    token = make_token(service, shop)
    exported(service, token, "NAME")
    exported_by(service, token, "exportGiftCards", scope="ALL")
    assert deliver(service, shop, make_body(shop)) == 200
    eventually(lambda: not marks_of(service, shop))
    shop.remove_app()
    eventually(lambda: item_of(service, shop)["status"] == "REMOVED")
    end_grace(service, shop)
    assert account.invoke("Reconcile", tick())
    eventually(lambda: not item_of(service, shop))
    shop.stop()
