"""The AWS region of a command."""

from __future__ import annotations

import os


def use_region() -> None:
    """Let AWS_REGION name the region, as the AWS CLI does. botocore reads AWS_DEFAULT_REGION."""
    if region := os.environ.get("AWS_REGION"):
        os.environ["AWS_DEFAULT_REGION"] = region
