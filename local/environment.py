"""The environment of a local run: for this process, and as a file for other terminals."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final

from local.emulator import ACCESS_KEY, REGION, SECRET_KEY

# The outputs of the stack under the names that the operators' commands read.
VARIABLES: Final = {
    "EXPORT_FILES_TABLE": "ExportFilesTable",
    "EXPORT_EVENTS_TABLE": "ExportEventsTable",
    "CATALOG_TABLE": "CatalogTable",
    "APPS_TABLE": "AppsTable",
    "SHOPS_TABLE": "ShopsTable",
    "MARKS_TABLE": "MarksTable",
    "TEMPLATES_TABLE": "TemplatesTable",
    "SYNC_QUEUE_URL": "SyncQueue",
    "EXPORT_QUEUE_URL": "ExportQueue",
    "EXPORT_BUCKET": "ExportBucket",
}


def aws_environment(emulator_url: str, outputs: Mapping[str, str]) -> dict[str, str]:
    """Return the variables that point AWS clients and the operators' commands at the deployment."""
    return {
        "AWS_ENDPOINT_URL": emulator_url,
        "AWS_DEFAULT_REGION": REGION,
        "AWS_REGION": REGION,
        "AWS_ACCESS_KEY_ID": ACCESS_KEY,
        "AWS_SECRET_ACCESS_KEY": SECRET_KEY,
        **{name: outputs[output] for name, output in VARIABLES.items()},
    }


def write_environment(path: Path, run: Mapping[str, Any]) -> None:
    """Write a file for `source`: the deployment, the service's address and the first token."""
    variables = aws_environment(run["aws_endpoint_url"], run["outputs"]) | {
        "WAYBILL_STACK": run["stack"],
        "WAYBILL_URL": run["api_url"],
        "WAYBILL_TOKEN": next(iter(run["tokens"].values())),
    }
    lines = "".join(f"export {name}='{value}'\n" for name, value in variables.items())
    # The token is valid for a day, so the file is for its owner only.
    path.touch(mode=0o600)
    path.chmod(0o600)
    path.write_text(lines)
