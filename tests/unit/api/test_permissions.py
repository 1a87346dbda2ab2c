"""Permissions of every principal for every action and type: own and others', across shops."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import replace
from enum import StrEnum
from typing import Any, Final

import pytest

from chalicelib.domain.export_file import ExportFile
from chalicelib.domain.global_id import encode_global_id
from chalicelib.domain.requestor import ANONYMOUS, App, Requestor, User
from chalicelib.exports.registry import ALL_PERMISSIONS, EXPORT_TYPES
from tests.api_client import ApiClient
from tests.factories import make_requestor, make_service

BOB = User(id=encode_global_id("User", 2), email="bob@shop.example")
ROBOT = App(id=encode_global_id("App", 7), name="Robot")
VOUCHER = encode_global_id("Voucher", 1)
# Types that need more than a scope.
PARAMETERS: Final = {"voucher_codes": {"voucher_id": VOUCHER}}
INPUTS: Final = {"voucher_codes": f'{{voucherId:"{VOUCHER}" fileType:CSV}}'}
PRINCIPALS: Final[Mapping[str, Requestor]] = {
    "a user with every permission": make_requestor(user=BOB),
    **{f"a user with {one}": make_requestor(one, user=BOB) for one in ALL_PERMISSIONS},
    "a user without permissions": replace(make_requestor(user=BOB), permissions=frozenset()),
    "a customer with permissions": make_requestor(user=replace(BOB, is_staff=False)),
    "a user who left": make_requestor(user=replace(BOB, is_active=False)),
    "an app with every permission": make_requestor(app=ROBOT),
    **{f"an app with {one}": make_requestor(one, app=ROBOT) for one in ALL_PERMISSIONS},
    "an app without permissions": replace(make_requestor(app=ROBOT), permissions=frozenset()),
    "nobody": ANONYMOUS,
    "a user of another shop": make_requestor(user=BOB, shop="other"),
    "an app of another shop": make_requestor(app=ROBOT, shop="other"),
}


class Outcome(StrEnum):
    """The result of an action for a principal."""

    DONE = "done"
    DENIED = "denied"
    ABSENT = "there is no such export"


def holds(principal: Requestor, permission: str) -> bool:
    """A permission counts for apps and for active staff."""
    works_here = principal.app is not None or (
        principal.user is not None and principal.user.is_staff and principal.user.is_active
    )
    return works_here and permission in principal.permissions


def expected(principal: Requestor, job: ExportFile) -> Outcome:
    """THE RULE.

    An export is for those of its shop who hold the permission of its type, whoever asked for it.

    Who holds none of the three permissions learns nothing at all; who is of another shop finds
    nothing.
    """
    if not any(holds(principal, export_type.permission) for export_type in EXPORT_TYPES.values()):
        return Outcome.DENIED
    if principal.shop != job.shop:
        return Outcome.ABSENT
    wanted = EXPORT_TYPES[job.request.export_type].permission
    return Outcome.DONE if holds(principal, wanted) else Outcome.DENIED


def make_client(principal: Requestor) -> ApiClient:
    client = ApiClient(service=make_service(products=1, settings={"pending_per_requestor": 1_000}))
    if principal is not ANONYMOUS:
        client.let_in("waybill_principal", principal)
    return client


def make_job(
    client: ApiClient, export_type: str, owner: Requestor, *, finished: bool
) -> ExportFile:
    job = client.service.request(
        export_type, requestor=owner, parameters=PARAMETERS.get(export_type, {})
    )
    if finished:
        client.service.work()
    return client.service.job(job)


def jobs_of_every_kind(
    client: ApiClient, principal: Requestor, *, finished: bool
) -> list[ExportFile]:
    """Return two exports per type: another person's, and the principal's from before a change."""
    owners = [make_requestor()]
    if principal is not ANONYMOUS:
        staff = replace(principal.user, is_staff=True, is_active=True) if principal.user else None
        owners.append(replace(principal, user=staff, permissions=frozenset(ALL_PERMISSIONS)))
    return [
        make_job(client, name, owner, finished=finished)
        for name in EXPORT_TYPES
        for owner in owners
    ]


def ask(client: ApiClient, query: str, **variables: Any) -> Any:
    return client.ask(query, token="waybill_principal", **variables)


def outcome_of(answer: Any, name: str) -> Outcome:
    """Denied at the top level, absent as null or as NOT_FOUND in the payload."""
    for error in answer.get("errors", ()):
        assert error["extensions"]["exception"]["code"] == "PermissionDenied", answer
        return Outcome.DENIED
    found = answer["data"][name]
    if found is None or found.get("errors"):
        assert found is None or [error["code"] for error in found["errors"]] == ["NOT_FOUND"], (
            answer
        )
        return Outcome.ABSENT
    return Outcome.DONE


def read(client: ApiClient, job: ExportFile) -> Outcome:
    query = "query($id:ID!){exportFile(id:$id){id status url exportType}}"
    return outcome_of(ask(client, query, id=global_id(job)), "exportFile")


def change(client: ApiClient, job: ExportFile, mutation: str) -> Outcome:
    query = f"mutation($id:ID!){{{mutation}(id:$id){{errors{{code}} exportFile{{id}}}}}}"
    return outcome_of(ask(client, query, id=global_id(job)), mutation)


def over_http(status: int) -> Outcome:
    return {401: Outcome.DENIED, 403: Outcome.DENIED, 404: Outcome.ABSENT}.get(status, Outcome.DONE)


def global_id(job: ExportFile) -> str:
    return encode_global_id("ExportFile", job.id)


@pytest.mark.parametrize("name", PRINCIPALS)
def test_reading_an_export(name: str) -> None:
    principal = PRINCIPALS[name]
    client = make_client(principal)
    for job in jobs_of_every_kind(client, principal, finished=True):
        assert read(client, job) is expected(principal, job)
        status = client.status(job.id, token="waybill_principal")
        assert over_http(status.status) is expected(principal, job)
        assert (job.file_name in status.body) == (expected(principal, job) is Outcome.DONE)


@pytest.mark.parametrize("name", PRINCIPALS)
def test_fetching_a_file(name: str) -> None:
    principal = PRINCIPALS[name]
    client = make_client(principal)
    for job in jobs_of_every_kind(client, principal, finished=True):
        answer = client.file(job.id, token="waybill_principal")
        assert over_http(answer.status) is expected(principal, job)
        assert ("Location" in answer.headers) == (expected(principal, job) is Outcome.DONE)


@pytest.mark.parametrize("mutation", ["exportFileCancel", "exportFileDelete", "exportFileRetry"])
@pytest.mark.parametrize("name", PRINCIPALS)
def test_changing_an_export(name: str, mutation: str) -> None:
    principal = PRINCIPALS[name]
    client = make_client(principal)
    for job in jobs_of_every_kind(client, principal, finished=mutation != "exportFileCancel"):
        before = len(client.service.store.jobs)
        assert change(client, job, mutation) is expected(principal, job)
        changed = client.service.job(job) != job or len(client.service.store.jobs) > before
        assert changed == (expected(principal, job) is Outcome.DONE)


@pytest.mark.parametrize("name", PRINCIPALS)
def test_listing_shows_what_may_be_read_and_nothing_else(name: str) -> None:
    principal = PRINCIPALS[name]
    client = make_client(principal)
    jobs = jobs_of_every_kind(client, principal, finished=True)
    answer = ask(client, "{exportFiles(first:100){totalCount edges{node{id}}}}")
    readable = {global_id(job) for job in jobs if expected(principal, job) is Outcome.DONE}
    if outcome_of(answer, "exportFiles") is Outcome.DENIED:
        assert not readable
        assert json.dumps(answer).count("RXhwb3J0") == 0
        return
    found = answer["data"]["exportFiles"]
    assert {edge["node"]["id"] for edge in found["edges"]} == readable
    assert found["totalCount"] == len(readable)


@pytest.mark.parametrize("export_type", EXPORT_TYPES)
@pytest.mark.parametrize("name", PRINCIPALS)
def test_asking_for_an_export(name: str, export_type: str) -> None:
    principal = PRINCIPALS[name]
    client = make_client(principal)
    mutation = EXPORT_TYPES[export_type].mutation
    given = INPUTS.get(export_type, "{scope:ALL fileType:CSV}")
    answer = ask(
        client, f"mutation{{{mutation}(input:{given}){{errors{{code}} exportFile{{id}}}}}}"
    )
    allowed = holds(principal, EXPORT_TYPES[export_type].permission)
    assert outcome_of(answer, mutation) is (Outcome.DONE if allowed else Outcome.DENIED)
    assert [job.shop for job in client.service.store.jobs.values()] == [principal.shop] * allowed


def test_a_key_that_one_requestor_used_repeats_nothing_for_another() -> None:
    client = make_client(PRINCIPALS["a user of another shop"])
    mutation = "mutation{exportProducts(input:{scope:ALL fileType:CSV}){exportFile{id}}}"
    key = {"idempotency-key": "one"}
    mine = client.ask(mutation, headers=key)
    theirs = client.ask(mutation, token="waybill_principal", headers=key)
    assert (
        mine["data"]["exportProducts"]["exportFile"]
        != theirs["data"]["exportProducts"]["exportFile"]
    )
    assert {job.shop for job in client.service.store.jobs.values()} == {"default", "other"}
