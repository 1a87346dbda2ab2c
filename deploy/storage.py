"""Tables, queues and the bucket: where the data is. They outlive the stack."""

from __future__ import annotations

from typing import Any, Final

from deploy.intrinsics import arn, ref, sub, tag_list, when
from deploy.parameters import Json

# A first deployment that fails leaves nothing behind; whatever has held data stays.
KEPT: Final[Json] = {"DeletionPolicy": "RetainExceptOnCreate", "UpdateReplacePolicy": "Retain"}
LISTED: Final = [
    "export_type",
    "status",
    "created_at",
    "updated_at",
    "requestor_id",
    "user_search",
    "app_search",
]
DAY: Final = 24 * 60 * 60
# Six times the worker's time-out would be AWS's advice for batches; ours are of one message.
VISIBILITY_SECONDS: Final = 360
RECEIVES: Final = 5


def _keys(hash_: str, range_: str | None = None) -> list[Json]:
    keys = [{"AttributeName": hash_, "KeyType": "HASH"}]
    return keys + ([{"AttributeName": range_, "KeyType": "RANGE"}] if range_ else [])


def _index(name: str, hash_: str, range_: str, fields: list[str] | None) -> Json:
    projection = (
        {"ProjectionType": "INCLUDE", "NonKeyAttributes": fields}
        if fields
        else {"ProjectionType": "KEYS_ONLY"}
    )
    return {"IndexName": name, "KeySchema": _keys(hash_, range_), "Projection": projection}


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
    """Items go by themselves once the time of this attribute (seconds since 1970) has come."""
    return {"AttributeName": attribute, "Enabled": True}


def _tables() -> Json:
    by = {name: f"{name}_id" for name in ("created_at", "updated_at", "status")}
    return {
        "ExportFilesTable": _table(
            dict.fromkeys(["shop", "id", *by.values(), "due_for", "due_at"], "S"),
            _keys("shop", "id"),
            LocalSecondaryIndexes=[
                _index(f"by_{name}", "shop", key, LISTED) for name, key in by.items()
            ],
            TimeToLiveSpecification=_until("forget_at_epoch"),
            GlobalSecondaryIndexes=[_index("by_due_at", "due_for", "due_at", None)],
        ),
        "ExportEventsTable": _table(
            {"export_key": "S", "date_id": "S"},
            _keys("export_key", "date_id"),
            TimeToLiveSpecification=_until("forget_at_epoch"),
        ),
        "CatalogTable": _table({"partition": "S", "number": "N"}, _keys("partition", "number")),
        "AppsTable": _table({"token_hash": "S"}, _keys("token_hash")),
        "IdempotencyTable": _table(
            {"request_key": "S"},
            _keys("request_key"),
            TimeToLiveSpecification=_until("expires_at_epoch"),
        ),
    }


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
    redrive = {"deadLetterTargetArn": arn("ExportDeadLetters"), "maxReceiveCount": RECEIVES}
    return {"ExportDeadLetters": _queue(14), "ExportQueue": _queue(4, RedrivePolicy=redrive)}


def _bucket() -> Json:
    block = ("BlockPublicAcls", "BlockPublicPolicy", "IgnorePublicAcls", "RestrictPublicBuckets")
    by_key = {"SSEAlgorithm": "aws:kms", "KMSMasterKeyID": ref("KmsKeyArn")}
    encryption = when("WithKey", by_key, {"SSEAlgorithm": "AES256"})
    rules: list[Json] = [
        {
            "Id": "abort-unfinished-uploads",
            "Status": "Enabled",
            "AbortIncompleteMultipartUpload": {"DaysAfterInitiation": 1},
        },
        # The schedule deletes files when they expire; this drops what no job knows any more.
        {
            "Id": "drop-forgotten-objects",
            "Status": "Enabled",
            "Prefix": "exports/",
            "ExpirationInDays": ref("ObjectDays"),
        },
    ]
    return {
        "Type": "AWS::S3::Bucket",
        **KEPT,
        "Properties": {
            "PublicAccessBlockConfiguration": dict.fromkeys(block, True),
            "OwnershipControls": {"Rules": [{"ObjectOwnership": "BucketOwnerEnforced"}]},
            "BucketEncryption": {
                "ServerSideEncryptionConfiguration": [
                    {
                        "ServerSideEncryptionByDefault": encryption,
                        "BucketKeyEnabled": when("WithKey", yes=True, no=False),
                    }
                ]
            },
            "LifecycleConfiguration": {"Rules": rules},
            "LoggingConfiguration": when(
                "WithAccessLog",
                {
                    "DestinationBucketName": ref("AccessLogBucket"),
                    "LogFilePrefix": sub("${AWS::StackName}/"),
                },
            ),
            "Tags": tag_list(),
        },
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
    for queue in ("ExportQueue", "ExportDeadLetters"):
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
    """The resources that hold data."""
    return {**_tables(), **_queues(), "ExportBucket": _bucket(), **_policies()}
