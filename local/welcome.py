"""What `make run` says to a person once everything is up."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any


def welcome(run: Mapping[str, Any], first: Mapping[str, Any]) -> str:
    """The first export, the addresses, a token, and commands to go on with."""
    kind, token = next(iter(run["tokens"].items()))
    url = run["api_url"]
    lines = "".join(f"    {line.rstrip()[:110]}\n" for line in first["lines"])
    start = (
        '{"query":"mutation{exportProducts(input:{scope:ALL,fileType:CSV,exportInfo:{fields:[NAME,VARIANT_SKU]}})'
        '{errors{field message} exportFile{id status}}}"}'
    )
    return f"""
Waybill is running (ready after {first["ready_seconds"]:.1f} s). Ctrl-C stops it.

First export: {first["rows"]:,} rows, {first["bytes"]:,} bytes in {first["seconds"]:.2f} s -> {first["path"]}
{lines}
The page, signed in as {kind} (the part after # never leaves the browser, and goes from its address bar at once):
  {url}/#token={token}

  API        {url}/graphql
  Token      of {kind} (others are in run.json):
export TOKEN={token}

Start an export:
  curl -s {url}/graphql -H "Authorization: Bearer $TOKEN" -H 'Content-Type: application/json' \\
    -d '{start}'

Follow it (the id is in the answer):
  curl -s {url}/exports/ID -H "Authorization: Bearer $TOKEN"

Download it:
  curl -sL {url}/exports/ID/file -H "Authorization: Bearer $TOKEN" -o export.csv

Look with the AWS CLI:
  export AWS_ENDPOINT_URL={run["aws_endpoint_url"]} AWS_DEFAULT_REGION={run["aws_region"]}
  export AWS_ACCESS_KEY_ID=test AWS_SECRET_ACCESS_KEY=test
  aws dynamodb scan --table-name {run["outputs"]["ExportFilesTable"]}
  aws sqs get-queue-attributes --attribute-names All --queue-url {run["outputs"]["ExportQueue"]}
  aws s3 ls --recursive s3://{run["outputs"]["ExportBucket"]}
Mails: curl -s {run["aws_endpoint_url"]}/_ministack/ses/messages
"""
