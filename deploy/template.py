"""Make the template that Chalice merges into its own.

`python -m deploy.template` writes it to .chalice/resources.json.
"""

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
    "ExportEventsTable": "Events of each export, and who downloaded its file.",
    "ExportListsTable": "Entries of the lists of exports, and counters of exports.",
    "CatalogTable": "The catalogue to export, written by python -m ops load-catalog.",
    "AppsTable": "Apps that may start exports, by the hash of their token.",
    "IssuersTable": "Identity providers, beside those of the parameter Issuers.",
    "IdempotencyTable": "Idempotency keys of requests, kept for a day.",
    "ShopsTable": "Shops on Saleor that installed Waybill, and the states of their syncs.",
    "MarksTable": "Records of shops that may have changed and are read again.",
    "TemplatesTable": "Templates: requests for exports that people keep under a name.",
    "ExportQueue": "Messages for the workers.",
    "ExportDeadLetters": "Messages that failed for good.",
    "SyncQueue": "Messages for the sync of shops.",
    "SyncDeadLetters": "Messages of syncs that failed for good. The schedule asks again.",
    "ExportBucket": "Files, below exports/SHOP/EXPORT/.",
    "ServiceLogs": "Log of all functions. Search it for an export's id.",
}
CONSOLE: Final = "https://console.aws.amazon.com/cloudwatch/home?region=${AWS::Region}"
# Settings without a usable default, and the effect of leaving them out.
NEEDED: Final = {
    "MailSender": "Mails wait until it is set, and are lost when their export expires.",
    "PublicUrl": "Mails and events about finished files wait until it is set.",
}


def make_template() -> Json:
    """Return the parameters, resources and outputs that Chalice does not make."""
    identity = {
        "Type": "AWS::SES::EmailIdentity",
        "Condition": "WithMailIdentity",
        "Properties": {"EmailIdentity": ref("MailSender")},
    }
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
        "Outputs": _outputs(),
    }


def _outputs() -> Json:
    return {
        **{name: {"Description": text, "Value": ref(name)} for name, text in NAMED.items()},
        **{f"Missing{name}": _missing(name, effect) for name, effect in NEEDED.items()},
        "ShopKey": {
            "Condition": "WithoutKey",
            "Description": "Key that encrypts the tokens of shops.",
            "Value": ref("ShopKey"),
        },
        "DashboardURL": {
            "Description": "Dashboard of exports and of the resources they use.",
            "Value": sub(CONSOLE + "#dashboards:name=${AWS::StackName}"),
        },
    }


def _missing(name: str, effect: str) -> Json:
    return {
        "Condition": f"Without{name}",
        "Description": f"{name} is not set. {effect}",
        "Value": f"Deploy the stack with {name}.",
    }


def text_of(template: Json) -> str:
    """Return the template as stored: one value per line, so that diffs are readable."""
    return json.dumps(template, indent=1, ensure_ascii=False) + "\n"


if __name__ == "__main__":
    PATH.write_text(text_of(make_template()), encoding="utf-8")
