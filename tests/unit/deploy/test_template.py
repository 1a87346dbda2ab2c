"""What the template promises and the emulator silently drops."""

from __future__ import annotations

import json
import logging
from typing import Any

import pytest

from deploy.functions import FUNCTIONS, variable
from deploy.storage import storage
from deploy.template import PATH, make_template, text_of

TEMPLATE = make_template()
RESOURCES: dict[str, Any] = TEMPLATE["Resources"]
TABLES = {
    name: it["Properties"]
    for name, it in RESOURCES.items()
    if it.get("Type") == "AWS::DynamoDB::Table"
}


def test_the_stored_template_is_the_one_that_the_code_makes() -> None:
    assert PATH.read_text(encoding="utf-8") == text_of(TEMPLATE), "run: make template"


@pytest.mark.parametrize("table", TABLES)
def test_a_table_can_be_restored_is_encrypted_and_protected(table: str) -> None:
    properties = TABLES[table]
    assert properties["PointInTimeRecoverySpecification"] == {"PointInTimeRecoveryEnabled": True}
    assert properties["SSESpecification"]["Fn::If"][2] == {"SSEEnabled": True}
    assert properties["DeletionProtectionEnabled"] == {"Fn::If": ["IsProd", True, False]}


def test_what_holds_data_outlives_the_stack() -> None:
    kept = {
        name for name, it in storage().items() if it.get("DeletionPolicy") == "RetainExceptOnCreate"
    }
    assert kept == {*TABLES, "ExportBucket", "ShopKey"}
    assert all(RESOURCES[name]["UpdateReplacePolicy"] == "Retain" for name in kept)


@pytest.mark.parametrize(
    ("table", "attribute"),
    [
        ("IdempotencyTable", "expires_at_epoch"),
        ("ExportFilesTable", "forget_at_epoch"),
        ("ExportEventsTable", "forget_at_epoch"),
        ("ExportListsTable", "forget_at_epoch"),
        ("CatalogTable", "forget_at_epoch"),
    ],
)
def test_what_is_to_be_forgotten_goes_by_itself(table: str, attribute: str) -> None:
    assert TABLES[table]["TimeToLiveSpecification"] == {"AttributeName": attribute, "Enabled": True}


@pytest.mark.parametrize("name", ["Export", "Sync"])
def test_a_message_that_fails_five_times_becomes_a_dead_letter(name: str) -> None:
    queue, dead = (RESOURCES[f"{name}{it}"]["Properties"] for it in ("Queue", "DeadLetters"))
    assert queue["RedrivePolicy"]["maxReceiveCount"] == 5
    assert queue["RedrivePolicy"]["deadLetterTargetArn"] == {
        "Fn::GetAtt": [f"{name}DeadLetters", "Arn"]
    }
    assert dead["MessageRetentionPeriod"] >= queue["MessageRetentionPeriod"]


@pytest.mark.parametrize(("queue", "function"), [("ExportQueue", "worker"), ("SyncQueue", "sync")])
def test_a_message_is_hidden_for_longer_than_its_function_runs(queue: str, function: str) -> None:
    stages = json.loads((PATH.parent / "config.json").read_text())["stages"]
    hidden = RESOURCES[queue]["Properties"]["VisibilityTimeout"]
    assert all(
        stage["lambda_functions"][function]["lambda_timeout"] < hidden for stage in stages.values()
    )


def test_a_deployment_lets_no_shop_install_the_app_until_an_operator_names_its_domain() -> None:
    assert TEMPLATE["Parameters"]["SaleorDomains"]["Default"] == ""


def test_the_environment_of_a_function_leaves_room_for_the_issuers() -> None:
    """Lambda takes 4 KB. Names of resources are the stack's, the template's and 13 characters."""
    variables = RESOURCES["APIHandler"]["Properties"]["Environment"]["Variables"]
    parameters = TEMPLATE["Parameters"]
    size = sum(len(name) + _length(parameters, value) for name, value in variables.items())
    assert size <= 4_096 - 10 * 150


def _length(parameters: Any, value: dict[str, Any]) -> int:
    name = value.get("Ref", "")
    if name in parameters:
        return max(len(str(parameters[name]["Default"])), 60 if "Url" in name else 0)
    return 100 if name.endswith("Queue") else 60


def test_tokens_are_sealed_with_the_key_of_the_operator_or_else_one_of_the_stack() -> None:
    variables = RESOURCES["Sync"]["Properties"]["Environment"]["Variables"]
    assert variables["SHOP_KEY_ID"] == {
        "Fn::If": ["WithKey", {"Ref": "KmsKeyArn"}, {"Ref": "ShopKey"}]
    }
    assert RESOURCES["ShopKey"]["Properties"]["EnableKeyRotation"] is True


def test_the_bucket_is_closed_and_tidies_itself() -> None:
    bucket = RESOURCES["ExportBucket"]["Properties"]
    assert set(bucket["PublicAccessBlockConfiguration"].values()) == {True}
    abort, drop = bucket["LifecycleConfiguration"]["Rules"]
    assert abort["AbortIncompleteMultipartUpload"] == {"DaysAfterInitiation": 1}
    assert (drop["Prefix"], drop["ExpirationInDays"]) == ("exports/", {"Ref": "ObjectDays"})


def test_the_bucket_drops_nothing_before_its_time() -> None:
    parameters = TEMPLATE["Parameters"]
    assert parameters["ObjectDays"]["Default"] * 86_400 > int(
        parameters["RetentionSeconds"]["Default"]
    )


@pytest.mark.parametrize(
    "policy",
    [
        f"{name}Policy"
        for name in (
            "ExportBucket",
            "ExportQueue",
            "ExportDeadLetters",
            "SyncQueue",
            "SyncDeadLetters",
        )
    ],
)
def test_plain_http_is_refused(policy: str) -> None:
    [statement] = RESOURCES[policy]["Properties"]["PolicyDocument"]["Statement"]
    assert (statement["Effect"], statement["Principal"]) == ("Deny", "*")
    assert statement["Condition"] == {"Bool": {"aws:SecureTransport": "false"}}


@pytest.mark.parametrize("function", FUNCTIONS)
def test_a_function_is_traced_and_its_logs_end(function: str) -> None:
    assert RESOURCES[function]["Properties"]["Tracing"] == {"Ref": "Tracing"}
    assert RESOURCES[function]["Properties"]["LoggingConfig"] == {
        "LogGroup": {"Ref": "ServiceLogs"}
    }
    assert RESOURCES["ServiceLogs"]["Properties"]["RetentionInDays"] == {"Ref": "LogDays"}


@pytest.mark.parametrize("name", ["Worker", "Sync"])
def test_workers_are_bounded(name: str) -> None:
    events = RESOURCES[name]["Properties"]["Events"]
    assert events[f"{name}SqsEventSource"]["Properties"]["ScalingConfig"] == {
        "MaximumConcurrency": {"Ref": f"{name}Concurrency"}
    }


@pytest.mark.parametrize("name", FUNCTIONS)
def test_lambda_lets_a_worker_send_messages_to_its_own_queue(name: str) -> None:
    properties = RESOURCES[name]["Properties"]
    sources = [one["Properties"] for one in properties.get("Events", {}).values()]
    has_queue = any("Queue" in source for source in sources)
    assert (properties.get("RecursiveLoop") == "Allow") is has_queue


def test_the_worker_can_have_concurrency_of_its_own() -> None:
    worker = RESOURCES["Worker"]["Properties"]
    assert "ReservedConcurrency" in json.dumps(worker["ReservedConcurrentExecutions"])


def test_requests_are_throttled() -> None:
    [settings] = RESOURCES["RestAPI"]["Properties"]["MethodSettings"]
    assert settings["ThrottlingRateLimit"] == {"Ref": "RequestsPerSecond"}


def test_the_api_has_no_second_stage_without_limits() -> None:
    """AWS makes one, named Stage, unless the API names the version of its description."""
    assert RESOURCES["RestAPI"]["Properties"]["OpenApiVersion"] == "2.0"


def test_the_api_traces_requests_only_if_the_functions_do() -> None:
    """A function that passes traces through goes on with one that the gateway has begun."""
    traces = RESOURCES["RestAPI"]["Properties"]["TracingEnabled"]
    assert traces == {"Fn::If": ["ActiveTracing", True, False]}
    assert TEMPLATE["Conditions"]["ActiveTracing"] == {"Fn::Equals": [{"Ref": "Tracing"}, "Active"]}


def test_no_metrics_are_bought_that_no_alarm_and_no_panel_asks_for() -> None:
    """CloudWatch charges metrics of each route. Those of the whole stage are free."""
    [settings] = RESOURCES["RestAPI"]["Properties"]["MethodSettings"]
    asked = text_of({name: RESOURCES[name] for name in ("ApiErrorsAlarm", "Dashboard")})
    assert (settings["MetricsEnabled"], "Resource" in asked) == (False, False)


def test_metrics_are_lines_that_every_log_level_keeps() -> None:
    levels = make_template()["Parameters"]["LogLevel"]["AllowedValues"]
    assert all(logging.getLevelName(level) <= logging.INFO for level in levels)


@pytest.mark.parametrize(
    "name", [name for name, it in RESOURCES.items() if "Tags" in it.get("Properties", {})]
)
def test_tags_name_service_and_stage(name: str) -> None:
    tags = RESOURCES[name]["Properties"]["Tags"]
    found = tags if isinstance(tags, dict) else {tag["Key"]: tag["Value"] for tag in tags}
    assert found == {"service": "waybill", "stage": {"Ref": "Stage"}}


def test_what_can_be_tagged_is_tagged() -> None:
    without = {
        "AWS::S3::BucketPolicy",
        "AWS::SQS::QueuePolicy",
        "AWS::SES::EmailIdentity",
        "AWS::CloudWatch::Dashboard",
    }
    for name, resource in RESOURCES.items():
        assert "Tags" in resource["Properties"] or resource.get("Type") in without, name


def test_a_setting_is_known_to_functions_under_the_name_that_they_read() -> None:
    assert variable("ExportFilesTable") == "EXPORT_FILES_TABLE"


def test_a_function_gets_the_queue_as_an_address() -> None:
    assert RESOURCES["Worker"]["Properties"]["Environment"]["Variables"]["EXPORT_QUEUE_URL"] == {
        "Ref": "ExportQueue"
    }


@pytest.mark.parametrize("name", FUNCTIONS)
def test_the_console_says_what_a_function_is_for(name: str) -> None:
    assert RESOURCES[name]["Properties"]["Description"].startswith("Waybill")


@pytest.mark.parametrize("name", TEMPLATE["Outputs"])
def test_the_console_says_what_an_output_is(name: str) -> None:
    assert TEMPLATE["Outputs"][name]["Description"].endswith(".")


def test_pages_of_the_origins_that_are_named_may_read_files_and_no_others() -> None:
    condition, rules, otherwise = RESOURCES["ExportBucket"]["Properties"]["CorsConfiguration"][
        "Fn::If"
    ]
    [rule] = rules["CorsRules"]
    assert (condition, otherwise) == ("WithDownloadOrigins", {"Ref": "AWS::NoValue"})
    assert rule["AllowedMethods"] == ["GET", "HEAD"]
    assert rule["AllowedOrigins"] == {"Fn::Split": [",", {"Ref": "DownloadOrigins"}]}
    assert TEMPLATE["Parameters"]["DownloadOrigins"]["Default"] == ""


def test_fifty_people_with_the_page_open_are_not_throttled() -> None:
    """Opening the page takes 25 requests, following an export one a second."""
    parameters = TEMPLATE["Parameters"]
    assert parameters["RequestsPerSecond"]["Default"] >= 50 * 2
    assert parameters["RequestBurst"]["Default"] >= 50 * 20
