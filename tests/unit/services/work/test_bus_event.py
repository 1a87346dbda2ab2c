from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from chalicelib.domain.export_file import ExportFile, JobStatus
from chalicelib.domain.global_id import encode_global_id
from chalicelib.services.work.bus_event import event_detail
from tests.factories import ANN, PUBLIC_URL, make_app, make_request, make_requestor, make_settings
from tests.fakes import START
from tests.pending_jobs import make_pending

EXPORT = {
    "user_id": ANN.id,
    "user_email": ANN.email,
    "app_id": None,
    "id": encode_global_id("ExportFile", "x1"),
    "status": "success",
    "message": "Hm.",
    "created_at": START.isoformat(),
    "updated_at": START.replace(minute=59).isoformat(),
}


def make_job(status: JobStatus, **given: Any) -> ExportFile:
    requestor = make_requestor(shop="north", **given)
    job = make_pending(
        request=make_request("gift_cards"), requestor=requestor, retention_seconds=60
    )
    return replace(job, id="x1", status=status, updated_at=START.replace(minute=59), message="Hm.")


def detail_of(job: ExportFile) -> dict[str, Any]:
    return event_detail(make_settings(), job)


def test_an_event_has_the_payload_of_saleor_with_shop_and_delivery_beside_it() -> None:
    assert detail_of(make_job(JobStatus.SUCCESS)) == {
        "export": EXPORT,
        "recipient_email": ANN.email,
        "data_type": "gift cards",
        "link": f"{PUBLIC_URL}/exports/x1/file",
        "shop": "north",
        "delivery_id": "x1-success",
    }


@pytest.mark.parametrize("status", [JobStatus.FAILED, JobStatus.DELETED])
def test_an_event_about_an_app_names_no_person_and_only_a_success_has_a_link(
    status: JobStatus,
) -> None:
    detail = detail_of(make_job(status, app=make_app()))
    export = detail["export"]
    assert (export["app_id"], export["user_id"]) == (make_app().id, None)
    assert (export["user_email"], detail["recipient_email"]) == (None, None)
    assert (detail["link"], detail["delivery_id"]) == (None, f"x1-{status.lower()}")
