"""The error of a query that the contract answers at the top level."""

from __future__ import annotations

from typing import Final

from chalicelib.errors import WaybillError

# Sentences repeat what a client has given, and aliases ask 150 times about one variable of 900 KB:
# the answer would not fit into the memory of a function.
MAX_MESSAGE_CHARACTERS: Final = 1_000


class QueryRefused(WaybillError):
    """A query that cannot be answered: code GraphQLError, the field null.

    A message that is too long is cut.
    """

    def __init__(self, message: str) -> None:
        is_long = len(message) > MAX_MESSAGE_CHARACTERS
        super().__init__(f"{message[:MAX_MESSAGE_CHARACTERS]}…" if is_long else message)
