"""CloudFormation's intrinsic functions, and the tags of every resource."""

from __future__ import annotations

from typing import Any, Final

from deploy.parameters import Json

NOTHING: Final[Json] = {"Ref": "AWS::NoValue"}
SERVICE: Final = "waybill"


def ref(name: str) -> Json:
    """Return a reference to a parameter or resource."""
    return {"Ref": name}


def arn(name: str) -> Json:
    """Return the ARN of a resource."""
    return {"Fn::GetAtt": [name, "Arn"]}


def sub(text: str) -> Json:
    """Return a text whose `${…}` CloudFormation replaces."""
    return {"Fn::Sub": text}


def when(condition: str, yes: Any, no: Any = NOTHING) -> Json:
    """Return `yes` where the condition holds, otherwise `no` (by default, no property at all)."""
    return {"Fn::If": [condition, yes, no]}


def tag_list() -> list[Json]:
    """Return the tags that identify Waybill's resources in cost reports and searches."""
    return [{"Key": "service", "Value": SERVICE}, {"Key": "stage", "Value": ref("Stage")}]


def tag_map() -> Json:
    """Return the same tags as a mapping, as serverless resources want them."""
    return {tag["Key"]: tag["Value"] for tag in tag_list()}


def allow(sid: str, actions: str, resource: Any, **more: Any) -> Json:
    """Return a statement of a policy.

    `actions` is a service and its actions, as in `dynamodb: GetItem Query`.
    """
    service, _, names = actions.partition(": ")
    statement = {
        "Sid": sid,
        "Effect": "Allow",
        "Action": [f"{service}:{name}" for name in names.split()],
        "Resource": resource,
    }
    return statement | more
