"""Writing the catalogue table, so that no export ever sees a promise of records that are not there.

A bucket is replaced in this order: its records are put, its directory entry is set to the new count, and only then
what is stale goes. An entry stands (with 0 records, which readers skip) before the first record of its bucket is put,
so a load that was interrupted leaves nothing that the next one would not find.

An item is a dict in DynamoDB's own form; what is stored already as it shall be is not written again.
"""

from __future__ import annotations

import random
import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import batched
from typing import Any, Final

from botocore.config import Config
from botocore.exceptions import BotoCoreError, ClientError
from botocore.session import Session

from chalicelib.adapters.document_codec import encode_document
from chalicelib.domain.segment import bucket_of
from chalicelib.errors import Unavailable

WRITERS: Final = 8
ITEMS_A_BATCH: Final = 25
# Rounds in a row that wrote nothing; with the pauses between them, about two minutes.
FRUITLESS_ROUNDS: Final = 20
LONGEST_PAUSE_SECONDS: Final = 10.0
SKUS_SHOWN: Final = 20
ITEM_LIMIT_BYTES: Final = 400 * 1024
WRITE_UNIT_BYTES: Final = 1024

Item = dict[str, Any]
