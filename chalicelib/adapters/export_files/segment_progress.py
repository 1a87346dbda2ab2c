"""The progress of segments under way: one small item beside each job that takes seconds."""

from __future__ import annotations

from typing import Any

from botocore.exceptions import BotoCoreError, ClientError

from chalicelib.adapters.aws.clients import client
from chalicelib.adapters.aws.item_attributes import write_epoch
from chalicelib.adapters.export_files.file_models import ExportFileItem
from chalicelib.adapters.export_files.table import FORGET_AT, progress_id
from chalicelib.domain.export_file import ExportFile
from chalicelib.domain.progress import SegmentProgress
from chalicelib.errors import DatabaseUnavailable

_CHAIN = "chain_"


class SegmentProgressStore:
    """The part of the `ExportFileStore` that keeps reports of progress.

    Each chain of segments has an attribute, so that workers of one job do not wait for each other.
    """

    def report_progress(self, job: ExportFile, chain: int, progress: SegmentProgress) -> None:
        """Store the progress of a chain's segment in one write of one unit, without a condition."""
        # Apart from the job: its item carries the plan, and each write costs all its kilobytes.
        report = {
            "segment": {"N": str(progress.number)},
            "records": {"N": str(progress.records)},
            "rows": {"N": str(progress.row_count)},
        }
        _ask(
            "update_item",
            job,
            UpdateExpression="SET #chain = :report, #until = :until",
            ExpressionAttributeNames={"#chain": f"{_CHAIN}{chain}", "#until": FORGET_AT},
            ExpressionAttributeValues={
                ":report": {"M": report},
                ":until": {"N": str(write_epoch(job.expires_at))},
            },
        )

    def find_progress(self, job: ExportFile) -> tuple[SegmentProgress, ...]:
        """Return the last report of each chain."""
        item = _ask("get_item", job).get("Item", {})
        reports = (value["M"] for name, value in item.items() if name.startswith(_CHAIN))
        return tuple(
            SegmentProgress(
                number=int(report["segment"]["N"]),
                records=int(report["records"]["N"]),
                row_count=int(report["rows"]["N"]),
            )
            for report in reports
        )


def _ask(operation: str, job: ExportFile, **arguments: Any) -> dict[str, Any]:
    key = {"shop": {"S": job.shop}, "id": {"S": progress_id(job.id)}}
    try:
        answer: dict[str, Any] = getattr(client("dynamodb"), operation)(
            TableName=ExportFileItem.Meta.table_name, Key=key, **arguments
        )
    except (ClientError, BotoCoreError) as error:
        raise DatabaseUnavailable(f"The table of exports did not answer: {error}") from error
    return answer
