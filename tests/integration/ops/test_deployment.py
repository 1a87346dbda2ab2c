from __future__ import annotations

import json

import pytest

from chalicelib.adapters.aws.clients import client
from chalicelib.errors import NotFound
from ops.deployment import settings_of

TEMPLATE = {
    "Parameters": {
        "PublicUrl": {"Type": "String"},
        "LeaseSeconds": {"Type": "String", "Default": "330"},
    },
    "Resources": {"Queue": {"Type": "AWS::SQS::Queue"}},
    "Outputs": {
        "ExportQueue": {"Value": {"Ref": "Queue"}},
        "CatalogTable": {"Value": "shop-catalog"},
    },
}

pytestmark = pytest.mark.usefixtures("aws")


def test_a_stack_names_the_settings_by_its_parameters_and_outputs() -> None:
    client("cloudformation").create_stack(
        StackName="waybill-dev",
        TemplateBody=json.dumps(TEMPLATE),
        Parameters=[{"ParameterKey": "PublicUrl", "ParameterValue": "https://exports.example.com"}],
    )
    settings = settings_of("waybill-dev")
    assert (settings.catalog_table, settings.public_url) == (
        "shop-catalog",
        "https://exports.example.com",
    )
    assert settings.export_queue_url.startswith("https://")
    assert settings.lease_seconds == 330


def test_a_stack_that_is_not_there_is_named() -> None:
    with pytest.raises(NotFound, match="The stack waybill-nowhere cannot be read"):
        settings_of("waybill-nowhere")


def test_without_a_stack_the_environment_counts(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CATALOG_TABLE", "mine")
    assert settings_of(None).catalog_table == "mine"
