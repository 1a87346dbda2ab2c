from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import pytest

from chalicelib.adapters.aws.clients import client
from tests.api_client import ApiClient, ServedApi, served
from tests.factories import make_service
from tests.fake_service import FakeService, running_service

SENDER = "exports@example.com"


@pytest.fixture
def deployment(dynamodb: Any, monkeypatch: pytest.MonkeyPatch) -> Iterator[FakeService]:
    """Every part of a deployment, in the environment; the service itself is a fake."""
    with running_service() as service:
        issuers = [
            {"issuer": "local", "jwks_url": f"{service.url}/jwks.json", "audience": "waybill"}
        ]
        for name, value in {
            "PUBLIC_URL": service.url,
            "ISSUERS": json.dumps(issuers),
            "EXPORT_BUCKET": make_bucket(),
            "EXPORT_QUEUE_URL": make_queue(),
            "MAIL_SENDER": SENDER,
        }.items():
            monkeypatch.setenv(name, value)
        client("ses").verify_email_identity(EmailAddress=SENDER)
        yield service


def make_bucket() -> str:
    s3, name = client("s3"), "exports"
    s3.create_bucket(Bucket=name)
    kinds = ("BlockPublicAcls", "IgnorePublicAcls", "BlockPublicPolicy", "RestrictPublicBuckets")
    s3.put_public_access_block(
        Bucket=name, PublicAccessBlockConfiguration=dict.fromkeys(kinds, True)
    )
    rule = {"ApplyServerSideEncryptionByDefault": {"SSEAlgorithm": "AES256"}}
    s3.put_bucket_encryption(Bucket=name, ServerSideEncryptionConfiguration={"Rules": [rule]})
    return name


def make_queue() -> str:
    sqs = client("sqs")
    sqs.create_queue(QueueName="dead")
    policy = {
        "deadLetterTargetArn": "arn:aws:sqs:us-east-1:123456789012:dead",
        "maxReceiveCount": 5,
    }
    url: str = sqs.create_queue(
        QueueName="exports", Attributes={"RedrivePolicy": json.dumps(policy)}
    )["QueueUrl"]
    return url


@pytest.fixture
def api() -> Iterator[ServedApi]:
    with served(ApiClient(service=make_service(products=3))) as server:
        server.works = True
        yield server
