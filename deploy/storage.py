"""Tables, queues and the bucket. Tables and bucket outlive the stack."""

from __future__ import annotations

from typing import Any, Final

from chalicelib.adapters.export_files.table import (
    BY_DUE_AT,
    DUE_KEY,
    EVENTS_KEY,
    EXPIRES_AT,
    FILES_KEY,
    FORGET_AT,
    IDEMPOTENCY_KEY,
    LIST_INDEXES,
    LISTS_KEY,
    OLD_LIST_INDEXES,
    OLD_LISTED,
)
from chalicelib.adapters.shops.issuer_table import BY_REACH, ISSUER_KEY, REACH_KEY
from chalicelib.adapters.shops.table import BY_ITEM, BY_ITEM_KEY, MARKS_KEY, SHOPS_KEY
from chalicelib.adapters.template_table import TEMPLATES_KEY
from deploy.intrinsics import allow, arn, ref, sub, tag_list, when
from deploy.parameters import Json

# A first deployment that fails leaves no tables behind; tables that have held data stay.
KEPT: Final[Json] = {"DeletionPolicy": "RetainExceptOnCreate", "UpdateReplacePolicy": "Retain"}
DAY: Final = 24 * 60 * 60
# AWS advises six times the worker's time-out, for batches. Ours hold one message.
VISIBILITY_SECONDS: Final = 360
RECEIVES: Final = 5


def _keys(hash_: str, range_: str | None = None) -> list[Json]:
    keys = [{"AttributeName": hash_, "KeyType": "HASH"}]
    return keys + ([{"AttributeName": range_, "KeyType": "RANGE"}] if range_ else [])


def _index(name: str, hash_: str, range_: str, projection: str, **projected: list[str]) -> Json:
    return {
        "IndexName": name,
        "KeySchema": _keys(hash_, range_),
        "Projection": {"ProjectionType": projection, **projected},
    }


def _table(attributes: dict[str, str], keys: list[Json], **properties: Any) -> Json:
    by_key = {"SSEEnabled": True, "SSEType": "KMS", "KMSMasterKeyId": ref("KmsKeyArn")}
    return {
        "Type": "AWS::DynamoDB::Table",
        **KEPT,
        "Properties": {
            "BillingMode": "PAY_PER_REQUEST",
            "KeySchema": keys,
            "AttributeDefinitions": [
                {"AttributeName": n, "AttributeType": t} for n, t in attributes.items()
            ],
            "PointInTimeRecoverySpecification": {"PointInTimeRecoveryEnabled": True},
            "SSESpecification": when("WithKey", by_key, {"SSEEnabled": True}),
            "DeletionProtectionEnabled": when("IsProd", yes=True, no=False),
            "Tags": tag_list(),
            **properties,
        },
    }


def _until(attribute: str) -> Json:
    """Return the setting with which DynamoDB removes items after the time in this attribute."""
    return {"AttributeName": attribute, "Enabled": True}


def _strings(*names: str) -> dict[str, str]:
    return dict.fromkeys(names, "S")


def _tables() -> Json:
    return {
        "ExportFilesTable": _export_files(),
        "ExportListsTable": _export_lists(),
        "ExportEventsTable": _table(
            _strings(*EVENTS_KEY),
            _keys(*EVENTS_KEY),
            TimeToLiveSpecification=_until(FORGET_AT),
        ),
        **_shop_tables(),
        "AppsTable": _table({"token_hash": "S"}, _keys("token_hash")),
        "IssuersTable": _table(
            _strings(*REACH_KEY),
            _keys(*ISSUER_KEY),
            GlobalSecondaryIndexes=[_index(BY_REACH, *REACH_KEY, "ALL")],
        ),
        "IdempotencyTable": _table(
            _strings(*IDEMPOTENCY_KEY),
            _keys(*IDEMPOTENCY_KEY),
            TimeToLiveSpecification=_until(EXPIRES_AT),
        ),
    }


def _shop_tables() -> Json:
    return {
        # Tombstones of removed records are forgotten; records have no such time.
        "CatalogTable": _table(
            {"partition": "S", "number": "N"},
            _keys("partition", "number"),
            TimeToLiveSpecification=_until(FORGET_AT),
        ),
        "ShopsTable": _table(
            _strings(*SHOPS_KEY),
            _keys(*SHOPS_KEY),
            GlobalSecondaryIndexes=[_index(BY_ITEM, *BY_ITEM_KEY, "KEYS_ONLY")],
        ),
        "MarksTable": _table(_strings(*MARKS_KEY), _keys(*MARKS_KEY)),
        "TemplatesTable": _table(_strings(*TEMPLATES_KEY), _keys(*TEMPLATES_KEY)),
    }


def _export_files() -> Json:
    shop, _ = FILES_KEY
    return _table(
        _strings(*FILES_KEY, *OLD_LIST_INDEXES.values(), *DUE_KEY),
        _keys(*FILES_KEY),
        LocalSecondaryIndexes=[
            _index(name, shop, key, "INCLUDE", NonKeyAttributes=list(OLD_LISTED))
            for name, key in OLD_LIST_INDEXES.items()
        ],
        TimeToLiveSpecification=_until(FORGET_AT),
        GlobalSecondaryIndexes=[_index(BY_DUE_AT, *DUE_KEY, "KEYS_ONLY")],
    )


def _export_lists() -> Json:
    attributes = [name for key in (LISTS_KEY, *LIST_INDEXES.values()) for name in key]
    return _table(
        _strings(*attributes),
        _keys(*LISTS_KEY),
        TimeToLiveSpecification=_until(FORGET_AT),
        GlobalSecondaryIndexes=[_index(name, *key, "ALL") for name, key in LIST_INDEXES.items()],
    )


def _queue(days: int, **properties: Any) -> Json:
    return {
        "Type": "AWS::SQS::Queue",
        "Properties": {
            "MessageRetentionPeriod": days * DAY,
            "VisibilityTimeout": VISIBILITY_SECONDS,
            "SqsManagedSseEnabled": when("WithKey", yes=False, no=True),
            "KmsMasterKeyId": when("WithKey", ref("KmsKeyArn")),
            "Tags": tag_list(),
            **properties,
        },
    }


def _queues() -> Json:
    # The schedule asks for every sync anew, so its messages and dead letters need not live long:
    # an alarm about dead letters ends by itself a day after their cause.
    return {
        "ExportDeadLetters": _queue(14),
        "ExportQueue": _queue(4, RedrivePolicy=_redrive("ExportDeadLetters")),
        "SyncDeadLetters": _queue(1),
        "SyncQueue": _queue(1, RedrivePolicy=_redrive("SyncDeadLetters")),
    }


def _redrive(dead_letters: str) -> Json:
    return {"deadLetterTargetArn": arn(dead_letters), "maxReceiveCount": RECEIVES}


def _shop_key() -> Json:
    """Return the key that encrypts the tokens of shops, unless the operator gave a key."""
    root = sub("arn:${AWS::Partition}:iam::${AWS::AccountId}:root")
    statement = allow("Account", "kms: *", "*", Principal={"AWS": root})
    return {
        "Type": "AWS::KMS::Key",
        "Condition": "WithoutKey",
        # Without the key, the tokens in a table that was kept could not be read again.
        **KEPT,
        "Properties": {
            "Description": "Waybill: encrypts the tokens of shops.",
            "EnableKeyRotation": True,
            "KeyPolicy": {"Version": "2012-10-17", "Statement": [statement]},
            "Tags": tag_list(),
        },
    }


def _bucket() -> Json:
    block = ("BlockPublicAcls", "BlockPublicPolicy", "IgnorePublicAcls", "RestrictPublicBuckets")
    return {
        "Type": "AWS::S3::Bucket",
        **KEPT,
        "Properties": {
            "PublicAccessBlockConfiguration": dict.fromkeys(block, True),
            "OwnershipControls": {"Rules": [{"ObjectOwnership": "BucketOwnerEnforced"}]},
            "BucketEncryption": {"ServerSideEncryptionConfiguration": [_encryption()]},
            "LifecycleConfiguration": {"Rules": _lifecycle_rules()},
            "LoggingConfiguration": when("WithAccessLog", _access_log()),
            "CorsConfiguration": when("WithDownloadOrigins", {"CorsRules": [_download_rule()]}),
            "Tags": tag_list(),
        },
    }


def _encryption() -> Json:
    by_key = {"SSEAlgorithm": "aws:kms", "KMSMasterKeyID": ref("KmsKeyArn")}
    return {
        "ServerSideEncryptionByDefault": when("WithKey", by_key, {"SSEAlgorithm": "AES256"}),
        # Without a bucket key, S3 asks KMS once per object, and KMS charges each request.
        "BucketKeyEnabled": when("WithKey", yes=True, no=False),
    }


def _lifecycle_rules() -> list[Json]:
    return [
        # S3 charges the parts of an upload that a dead worker left, and lists them nowhere.
        {
            "Id": "abort-unfinished-uploads",
            "Status": "Enabled",
            "AbortIncompleteMultipartUpload": {"DaysAfterInitiation": 1},
        },
        # The schedule deletes files when they expire. This rule removes objects without a job.
        {
            "Id": "drop-forgotten-objects",
            "Status": "Enabled",
            "Prefix": "exports/",
            "ExpirationInDays": ref("ObjectDays"),
        },
    ]


def _access_log() -> Json:
    return {
        "DestinationBucketName": ref("AccessLogBucket"),
        "LogFilePrefix": sub("${AWS::StackName}/"),
    }


def _download_rule() -> Json:
    """Return the rule that lets pages of other origins read a file that they have a link to."""
    return {
        "AllowedMethods": ["GET", "HEAD"],
        "AllowedOrigins": {"Fn::Split": [",", ref("DownloadOrigins")]},
        "AllowedHeaders": ["*"],
        "ExposedHeaders": ["Content-Disposition", "Content-Length", "ETag"],
        "MaxAge": 3600,
    }


def _refuse_http(action: str, resources: Any) -> Json:
    return {
        "Version": "2012-10-17",
        "Statement": [
            {
                "Sid": "TlsOnly",
                "Effect": "Deny",
                "Principal": "*",
                "Action": action,
                "Resource": resources,
                "Condition": {"Bool": {"aws:SecureTransport": "false"}},
            }
        ],
    }


def _policies() -> Json:
    bucket = [arn("ExportBucket"), sub("${ExportBucket.Arn}/*")]
    policies: Json = {
        "ExportBucketPolicy": {
            "Type": "AWS::S3::BucketPolicy",
            "Condition": "TlsOnly",
            "Properties": {
                "Bucket": ref("ExportBucket"),
                "PolicyDocument": _refuse_http("s3:*", bucket),
            },
        }
    }
    for queue in _queues():
        policies[f"{queue}Policy"] = {
            "Type": "AWS::SQS::QueuePolicy",
            "Condition": "TlsOnly",
            "Properties": {
                "Queues": [ref(queue)],
                "PolicyDocument": _refuse_http("sqs:*", arn(queue)),
            },
        }
    return policies


def storage() -> Json:
    """Return the resources that hold data."""
    return {
        **_tables(),
        **_queues(),
        "ExportBucket": _bucket(),
        "ShopKey": _shop_key(),
        **_policies(),
    }
