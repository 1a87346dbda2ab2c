"""Create, update and delete the CloudFormation stack.

Every change is a change set, so an unchanged template changes nothing. Queued messages wait while
functions are updated, and Lambda lets running functions finish.
"""

from __future__ import annotations

import hashlib
import json
import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from botocore.exceptions import ClientError

from deploy.intrinsics import SERVICE
from deploy.parameters import PARAMETERS, outlasting

DEPLOY_SECONDS: Final = 30 * 60
PAUSE_SECONDS: Final = 0.2
MAX_PAUSE_SECONDS: Final = 5.0
NO_CHANGES: Final = ("didn't contain changes", "No updates are to be performed")
# The status of a stack in the first event of an operation. Those of a roll-back go on with it.
OPERATIONS: Final = ("CREATE_IN_PROGRESS", "UPDATE_IN_PROGRESS", "DELETE_IN_PROGRESS")
# The second: the tables of prod are protected, so CloudFormation cannot delete them again.
FAILED_FIRST: Final = ("ROLLBACK_COMPLETE", "ROLLBACK_FAILED")
CAPABILITIES: Final = ("CAPABILITY_IAM", "CAPABILITY_AUTO_EXPAND")
MakeClient = Callable[[str], Any]
Change = Callable[[dict[str, Any]], None]


class DeploymentFailed(Exception):
    """The stack could not be changed. The message is CloudFormation's reason."""


@dataclass(frozen=True, slots=True)
class Stack:
    """The stack of one stage, in the account and region of the clients."""

    client: MakeClient
    stage: str

    @property
    def name(self) -> str:
        """Return the name of the stack: `waybill-dev`."""
        return f"{SERVICE}-{self.stage}"

    def deploy(
        self, package: Path, parameters: Mapping[str, str], change: Change = lambda template: None
    ) -> dict[str, str]:
        """Create or update the stack from a package and return its outputs.

        Parameters that are not given keep their values. `change` may alter the template before
        the upload. DeploymentFailed has CloudFormation's reason.
        """
        before = self._find_healthy()
        url = self._upload(package, change)
        kind = (
            "CREATE"
            if before is None or before["StackStatus"] == "REVIEW_IN_PROGRESS"
            else "UPDATE"
        )
        name = f"deploy-{int(time.time() * 1000)}"
        self.client("cloudformation").create_change_set(
            StackName=self.name,
            ChangeSetName=name,
            ChangeSetType=kind,
            TemplateURL=url,
            Parameters=list(
                self._parameters(parameters, _values(before) if kind == "UPDATE" else {})
            ),
            Capabilities=list(CAPABILITIES),
            Tags=[{"Key": "service", "Value": SERVICE}, {"Key": "stage", "Value": self.stage}],
        )
        if self._is_needed(name):
            self.client("cloudformation").execute_change_set(
                StackName=self.name, ChangeSetName=name
            )
            self._wait(f"{kind}_COMPLETE")
        return self.outputs()

    def _find_healthy(self) -> dict[str, Any] | None:
        """Return `find()`; DeploymentFailed if the first deployment failed.

        CloudFormation can only delete such a stack.
        """
        found = self.find()
        if found and found["StackStatus"] in FAILED_FIRST:
            raise DeploymentFailed(
                f"The first deployment of {self.name} failed and left a stack without a service. "
                f"Remove it, then deploy again: make destroy STAGE={self.stage}"
            )
        return found

    def destroy(self) -> None:
        """Delete the stack. Tables and bucket stay; `deploy.remains` removes them."""
        if self.find() is not None:
            self.client("cloudformation").delete_stack(StackName=self.name)
            self._wait("DELETE_COMPLETE")

    def find(self) -> dict[str, Any] | None:
        """Return CloudFormation's description of the stack, or None if it does not exist."""
        try:
            [found] = self.client("cloudformation").describe_stacks(StackName=self.name)["Stacks"]
        except ClientError as error:
            if "does not exist" in str(error):
                return None
            raise
        described: dict[str, Any] = found
        return None if described["StackStatus"] == "DELETE_COMPLETE" else described

    def outputs(self) -> dict[str, str]:
        """Return the stack's outputs by name, {} if there is no stack."""
        return {
            output["OutputKey"]: output["OutputValue"]
            for output in (self.find() or {}).get("Outputs", ())
        }

    def artefacts(self) -> str:
        """Return the bucket that packages are uploaded to: one per account and region."""
        account = self.client("sts").get_caller_identity()["Account"]
        return f"{SERVICE}-artefacts-{account}-{self.client('s3').meta.region_name}"

    def _upload(self, package: Path, change: Change) -> str:
        """Upload zip and template under names made from their hashes; return the template's URL."""
        s3, bucket = self.client("s3"), self.artefacts()
        _make_bucket(s3, bucket)
        code = (package / "deployment.zip").read_bytes()
        key = f"{self.stage}/{hashlib.sha256(code).hexdigest()}.zip"
        s3.put_object(Bucket=bucket, Key=key, Body=code)
        template: dict[str, Any] = json.loads((package / "sam.json").read_text())
        for resource in template["Resources"].values():
            if resource.get("Type") == "AWS::Serverless::Function":
                resource["Properties"]["CodeUri"] = f"s3://{bucket}/{key}"
        change(template)
        body = json.dumps(template, sort_keys=True).encode()
        template_key = f"{self.stage}/{hashlib.sha256(body).hexdigest()}.json"
        s3.put_object(Bucket=bucket, Key=template_key, Body=body)
        return f"{s3.meta.endpoint_url}/{bucket}/{template_key}"

    def _parameters(
        self, given: Mapping[str, str], before: Mapping[str, str]
    ) -> Iterator[dict[str, Any]]:
        wanted = {**outlasting(given, before), "Stage": self.stage}
        for name, value in wanted.items():
            yield {"ParameterKey": name, "ParameterValue": value}
        # CloudFormation refuses parameters that only a later version has.
        for name in (before.keys() & PARAMETERS.keys()) - wanted.keys():
            yield {"ParameterKey": name, "UsePreviousValue": True}

    def _is_needed(self, change_set: str) -> bool:
        """Return whether a change set changes anything, once CloudFormation has computed it."""
        for _ in _pauses():
            found = self.client("cloudformation").describe_change_set(
                StackName=self.name, ChangeSetName=change_set
            )
            if found["Status"] == "CREATE_COMPLETE":
                return True
            if found["Status"] == "FAILED":
                reason = found.get("StatusReason", "")
                if any(text in reason for text in NO_CHANGES):
                    return False
                raise DeploymentFailed(f"CloudFormation refuses the template: {reason}")
        raise DeploymentFailed("CloudFormation did not finish the change set in time.")

    def _wait(self, wanted: str) -> None:
        for _ in _pauses():
            found = self.find()
            status = found["StackStatus"] if found else "DELETE_COMPLETE"
            if status == wanted:
                return
            if status.endswith(("_FAILED", "ROLLBACK_COMPLETE", "DELETE_COMPLETE")):
                raise DeploymentFailed(f"The stack is {status}: {self._reasons()}")
        raise DeploymentFailed("The deployment did not finish in time.")

    def _reasons(self) -> str:
        reasons = [
            event.get("ResourceStatusReason", "")
            for event in self._events()
            if "FAILED" in event["ResourceStatus"]
        ]
        return "; ".join(reason for reason in reasons if reason) or "no reason given"

    def _events(self) -> Iterator[dict[str, Any]]:
        """Yield the events of the latest operation on the stack, newest first."""
        events = self.client("cloudformation").get_paginator("describe_stack_events")
        for page in events.paginate(StackName=self.name):
            for event in page["StackEvents"]:
                yield event
                if _begins_operation(event):
                    return


def _begins_operation(event: Mapping[str, Any]) -> bool:
    is_of_stack = event.get("PhysicalResourceId") == event["StackId"]
    return is_of_stack and event["ResourceStatus"] in OPERATIONS


def _values(stack: Mapping[str, Any] | None) -> dict[str, str]:
    """Return the parameters of a stack by name."""
    return {it["ParameterKey"]: it["ParameterValue"] for it in (stack or {}).get("Parameters", ())}


def _make_bucket(s3: Any, bucket: str) -> None:
    region = s3.meta.region_name
    where = (
        {}
        if region == "us-east-1"
        else {"CreateBucketConfiguration": {"LocationConstraint": region}}
    )
    try:
        s3.create_bucket(Bucket=bucket, **where)
    except ClientError as error:
        if error.response["Error"]["Code"] != "BucketAlreadyOwnedByYou":
            raise
    block = ("BlockPublicAcls", "BlockPublicPolicy", "IgnorePublicAcls", "RestrictPublicBuckets")
    s3.put_public_access_block(
        Bucket=bucket, PublicAccessBlockConfiguration=dict.fromkeys(block, True)
    )


def _pauses() -> Iterator[None]:
    """Yield for each poll and sleep longer after each one, until a deployment should be over."""
    deadline, pause = time.monotonic() + DEPLOY_SECONDS, PAUSE_SECONDS
    while time.monotonic() < deadline:
        yield
        time.sleep(pause)
        pause = min(pause * 1.3, MAX_PAUSE_SECONDS)
