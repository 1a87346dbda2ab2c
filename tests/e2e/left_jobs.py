"""Jobs as a crash, or time, leaves them in a deployment's table, and objects that nobody needs."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from chalicelib.adapters.export_files.store import DynamoExportFileStore
from chalicelib.domain.export_file import ExportFile, FileResult
from chalicelib.domain.lease import claimed, released
from chalicelib.domain.transitions import create, notify, succeed
from tests.factories import make_request, make_requestor
from tests.local_run import LocalRun

RETENTION_SECONDS = 30 * 86_400


def store_of(service: LocalRun) -> DynamoExportFileStore:
    outputs = service.facts["outputs"]
    names = ("ExportFilesTable", "ExportEventsTable", "IdempotencyTable", "ExportListsTable")
    return DynamoExportFileStore(*(outputs[name] for name in names))


def leave_pending(
    service: LocalRun, *, age: timedelta = timedelta(0), attempts: int = 0
) -> ExportFile:
    """A small job that no message speaks of, tried so often before."""
    store, now = store_of(service), datetime.now(UTC) - age
    transition = create(
        request=make_request("gift_cards"),
        requestor=make_requestor(),
        file_name="left.csv",
        now=now,
        retention_seconds=RETENTION_SECONDS,
    )
    store.create(transition)
    job = transition.after
    for attempt in range(attempts):
        tried = released(claimed(job, owner=f"gone-{attempt}", now=now, seconds=1), now=now)
        store.update(job, tried)
        job = tried
    return job


def leave_expired(service: LocalRun) -> ExportFile:
    """A finished job whose file has been kept for long enough."""
    store, job = (
        store_of(service),
        leave_pending(service, age=timedelta(seconds=RETENTION_SECONDS + 60)),
    )
    done = succeed(
        job,
        FileResult(file_key=f"{job.prefix}file.csv", size_bytes=1, row_count=1),
        now=job.created_at,
    )
    store.save(done)
    told = notify(done.after, mail_sent=True, now=job.created_at, seconds=60)
    store.save(told)
    return told.after


def leave_objects(service: LocalRun, job: ExportFile) -> None:
    """An object and an unfinished upload below the job's prefix."""
    s3, bucket = service.aws("s3"), service.facts["outputs"]["ExportBucket"]
    s3.put_object(Bucket=bucket, Key=f"{job.prefix}file.csv", Body=b"x")
    s3.create_multipart_upload(Bucket=bucket, Key=f"{job.prefix}segments/00000-gone")


def objects_of(service: LocalRun, job: ExportFile) -> int:
    """Objects and unfinished uploads below the job's prefix."""
    s3, where = (
        service.aws("s3"),
        {"Bucket": service.facts["outputs"]["ExportBucket"], "Prefix": job.prefix},
    )
    return len(s3.list_objects_v2(**where).get("Contents", ())) + len(
        s3.list_multipart_uploads(**where).get("Uploads", ())
    )
