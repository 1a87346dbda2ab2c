"""CloudFormation's own forms."""

from __future__ import annotations

from typing import Any, Final

from deploy.parameters import Json

NOTHING: Final[Json] = {"Ref": "AWS::NoValue"}
SERVICE: Final = "waybill"


def ref(name: str) -> Json:
    return {"Ref": name}


def arn(name: str) -> Json:
    return {"Fn::GetAtt": [name, "Arn"]}


def sub(text: str) -> Json:
    return {"Fn::Sub": text}


def when(condition: str, yes: Any, no: Any = NOTHING) -> Json:
    return {"Fn::If": [condition, yes, no]}


def tag_list() -> list[Json]:
    """Tags by which costs and searches find what belongs to Waybill."""
    return [{"Key": "service", "Value": SERVICE}, {"Key": "stage", "Value": ref("Stage")}]


def tag_map() -> Json:
    return {tag["Key"]: tag["Value"] for tag in tag_list()}
