"""The text that `make run` prints when the service is ready."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any


def welcome(run: Mapping[str, Any], first: Mapping[str, Any]) -> str:
    """Return the facts about the first export, the addresses, a token, and commands to try."""
    kind, token = next(iter(run["tokens"].items()))
    url = run["api_url"]
    lines = "".join(f"    {line.rstrip()[:110]}\n" for line in first["lines"])
    start = (
        '{"query":"mutation{exportProducts(input:{scope:ALL,fileType:CSV,exportInfo:{fields:[NAME,VARIANT_SKU]}})'
        '{errors{field message} exportFile{id status}}}"}'
    )
    return f"""
Waybill is running (started in {first["ready_seconds"]:.1f} s). Press Ctrl-C to stop it.

First export: {first["rows"]:,} rows, {first["bytes"]:,} bytes in {first["seconds"]:.2f} s -> {first["path"]}
{lines}
Open the page, signed in as {kind} (browsers do not send the part after #):
  {url}/#token={token}

Use the GraphQL API at {url}/graphql. First set the token of {kind} (more tokens are in run.json):
export TOKEN={token}

Start an export:
  curl -s {url}/graphql -H "Authorization: Bearer $TOKEN" -H 'Content-Type: application/json' \\
    -d '{start}'

See its status (replace ID with the id in the answer):
  curl -s {url}/exports/ID -H "Authorization: Bearer $TOKEN"

Download it:
  curl -sL {url}/exports/ID/file -H "Authorization: Bearer $TOKEN" -o export.csv

Look into the emulated AWS account:
  export AWS_ENDPOINT_URL={run["aws_endpoint_url"]} AWS_DEFAULT_REGION={run["aws_region"]}
  export AWS_ACCESS_KEY_ID=test AWS_SECRET_ACCESS_KEY=test
  aws dynamodb scan --table-name {run["outputs"]["ExportFilesTable"]}
  aws sqs get-queue-attributes --attribute-names All --queue-url {run["outputs"]["ExportQueue"]}
  aws s3 ls --recursive s3://{run["outputs"]["ExportBucket"]}
Read the emails:
  curl -s {run["aws_endpoint_url"]}/_ministack/ses/messages
"""
