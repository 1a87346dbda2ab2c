"""What is merged into what Chalice packages: `python -m deploy.template` writes .chalice/resources.json."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Final

from deploy.alarms import alarms
from deploy.dashboard import dashboard
from deploy.functions import functions
from deploy.intrinsics import ref, sub
from deploy.parameters import CONDITIONS, PARAMETERS, Json
from deploy.permissions import roles
from deploy.storage import storage

PATH: Final = Path(__file__).resolve().parent.parent / ".chalice" / "resources.json"
NAMED: Final = {
    "ExportFilesTable": "Exports: one item each, and one for each finished segment.",
    "ExportEventsTable": "What happened to each export, and who fetched its file.",
    "CatalogTable": "The catalogue that is exported: python -m ops load-catalog writes it.",
    "AppsTable": "Apps that may ask for exports, by the hash of their token.",
    "IdempotencyTable": "Idempotency keys of requests, for a day.",
    "ExportQueue": "Messages for the workers.",
    "ExportDeadLetters": "Messages that failed for good.",
    "ExportBucket": "The files, below exports/SHOP/EXPORT/.",
    "ServiceLogs": "The log of all functions: find an export by its id.",
}


def make_template() -> Json:
    """Parameters, resources and outputs beside those of Chalice."""
    identity = {
        "Type": "AWS::SES::EmailIdentity",
        "Condition": "WithMailIdentity",
        "Properties": {"EmailIdentity": ref("MailSender")},
    }
    console = "https://console.aws.amazon.com/cloudwatch/home?region=${AWS::Region}#dashboards:name=${AWS::StackName}"
    return {
        "Description": "Waybill: a shop's data exports as a service. Handbook: docs/operations.md.",
        "Parameters": PARAMETERS,
        "Conditions": CONDITIONS,
        "Resources": {
            **storage(),
            "MailIdentity": identity,
            **functions(),
            **roles(),
            **alarms(),
            **dashboard(),
        },
        "Outputs": {
            **{name: {"Description": text, "Value": ref(name)} for name, text in NAMED.items()},
            "DashboardURL": {"Description": "How exports go.", "Value": sub(console)},
        },
    }


def text_of(template: Json) -> str:
    """As it is stored: a line for each value, so that changes can be read."""
    return json.dumps(template, indent=1, ensure_ascii=False) + "\n"


if __name__ == "__main__":
    PATH.write_text(text_of(make_template()), encoding="utf-8")
