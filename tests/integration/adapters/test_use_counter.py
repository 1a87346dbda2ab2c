from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from typing import Any

from chalicelib.adapters.use_counter import DynamoUseCounter
from tests.fakes import START

KEY = "acme#uses#exports#1#ann"
UNTIL = START + timedelta(minutes=10)


def test_uses_of_one_moment_do_not_pass_the_limit(dynamodb: Any) -> None:
    counter = DynamoUseCounter("Idempotency")
    with ThreadPoolExecutor(4) as threads:
        counted = list(threads.map(lambda _: counter.count(KEY, most=5, until=UNTIL), range(12)))
    assert counted.count(True) == 5


def test_dynamodb_removes_a_counter_after_its_window(dynamodb: Any) -> None:
    counter = DynamoUseCounter("Idempotency")
    for _ in range(2):
        counter.count(KEY, most=5, until=UNTIL)
    [item] = dynamodb.scan(TableName="Idempotency")["Items"]
    assert item == {
        "request_key": {"S": KEY},
        "uses": {"N": "2"},
        "expires_at_epoch": {"N": str(int(UNTIL.timestamp()))},
    }
