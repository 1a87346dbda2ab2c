"""What is merged into what Chalice packages: `python -m deploy.template` writes .chalice/resources.json."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Final

from deploy.alarms import alarms
from deploy.dashboard import dashboard
from deploy.forms import ref, sub
from deploy.functions import functions
from deploy.parameters import CONDITIONS, PARAMETERS, Json
from deploy.permissions import roles
from deploy.storage import storage

PATH: Final = Path(__file__).resolve().parent.parent / ".chalice" / "resources.json"
NAMED: Final = (
    "ExportFilesTable", "ExportEventsTable", "CatalogTable", "AppsTable", "IdempotencyTable", "ExportQueue",
    "ExportDeadLetters", "ExportBucket", "ServiceLogs",
)  # fmt: skip


def make_template() -> Json:
    """Parameters, resources and outputs beside those of Chalice."""
    identity = {
        "Type": "AWS::SES::EmailIdentity",
        "Condition": "WithMailIdentity",
        "Properties": {"EmailIdentity": ref("MailSender")},
    }
    console = "https://console.aws.amazon.com/cloudwatch/home?region=${AWS::Region}#dashboards:name=${AWS::StackName}"
    return {
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
        "Outputs": {**{name: {"Value": ref(name)} for name in NAMED}, "DashboardURL": {"Value": sub(console)}},
    }


def text_of(template: Json) -> str:
    """As it is stored: a line for each value, so that changes can be read."""
    return json.dumps(template, indent=1, ensure_ascii=False) + "\n"


if __name__ == "__main__":
    PATH.write_text(text_of(make_template()), encoding="utf-8")
