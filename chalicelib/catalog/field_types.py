"""Types for the fields of a node that JSON has no types for: ids, times, rich text, bounds.

Each is a text in its final form. A wrong text raises a ValueError that says what the field must be.
"""

from __future__ import annotations

import json
import math
import re
from datetime import UTC, datetime
from functools import lru_cache
from typing import Annotated, Any, Final, Self
from uuid import UUID

import msgspec

from chalicelib.domain.global_id import InvalidGlobalId, decode_global_id

# Requests name records by ids of at most 18 digits.
MAX_ID_DIGITS: Final = 18
# A spreadsheet keeps 15 digits of a number.
MAX_WHOLE_NUMBER: Final = 10**15 - 1
# A float keeps three exact places below a trillion.
MAX_AMOUNT: Final = 10**12

WholeNumber = Annotated[int, msgspec.Meta(ge=-MAX_WHOLE_NUMBER, le=MAX_WHOLE_NUMBER)]
# Cells show a currency as it is: no character in it may end a cell, or begin a formula.
Currency = Annotated[str, msgspec.Meta(pattern=r"\A[A-Za-z0-9]{1,10}\Z")]
Amount = Annotated[float, msgspec.Meta(gt=-MAX_AMOUNT, lt=MAX_AMOUNT)]

# `UUID()` also accepts braces, URNs and dashes anywhere: one record would have many ids.
_is_uuid: Final = re.compile(r"[0-9a-fA-F]{8}(-?[0-9a-fA-F]{4}){3}-?[0-9a-fA-F]{12}").fullmatch


MAX_IDS_REMEMBERED: Final = 10_000


class FieldText(str):
    """A text that is checked when it is read."""

    __slots__ = ()

    @classmethod
    def read(cls, text: str) -> Self:
        """Return the field of this text; ValueError says what is wrong with the text."""
        raise NotImplementedError


class GlobalId(FieldText):
    """A global id of any type. `reference` is how cells show it: `Page_3`."""

    def __init__(self, text: str) -> None:
        try:
            type_name, key = decode_global_id(text)
        except InvalidGlobalId:
            raise ValueError(f"is not a global id: {text!r}") from None
        self.reference = f"{type_name}_{key}"
        self._accept(type_name, key)

    @classmethod
    def read(cls, text: str) -> Self:
        """Return the id; ValueError if the text is not one of this type."""
        found: Self = _read_id(cls, text)
        return found

    def _accept(self, type_name: str, key: str) -> None:
        """Store the key; ValueError if this class has no such ids."""

    def _check_type(self, type_name: str) -> None:
        wanted = type(self).__name__.removesuffix("Id")
        if type_name != wanted:
            raise ValueError(f"must be the id of a {wanted}, got the id of a {type_name}")


class NumberedId(GlobalId):
    """A global id whose key is a `number`. The type in it is the name of the class without `Id`."""

    number: int

    def _accept(self, type_name: str, key: str) -> None:
        self._check_type(type_name)
        if not (key.isascii() and key.isdigit() and len(key) <= MAX_ID_DIGITS):
            raise ValueError(f"must end in a number of at most {MAX_ID_DIGITS} digits, got {key!r}")
        self.number = int(key)


class UuidId(GlobalId):
    """A global id whose key is a `uuid`. The type in it is the name of the class without `Id`."""

    uuid: UUID

    def _accept(self, type_name: str, key: str) -> None:
        self._check_type(type_name)
        if not _is_uuid(key):
            raise ValueError(f"must end in a UUID, got {key!r}")
        self.uuid = UUID(key)


class AttributeId(NumberedId):
    """The id of an attribute."""


class CategoryId(NumberedId):
    """The id of a category."""


class ChannelId(NumberedId):
    """The id of a channel."""


class CollectionId(NumberedId):
    """The id of a collection."""


class GiftCardId(NumberedId):
    """The id of a gift card."""


class ProductId(NumberedId):
    """The id of a product."""


class ProductTypeId(NumberedId):
    """The id of a product type."""


class ProductVariantId(NumberedId):
    """The id of a variant."""


class UserId(NumberedId):
    """The id of a user."""


class VoucherId(NumberedId):
    """The id of a voucher."""


class VoucherCodeId(UuidId):
    """The id of a voucher code."""


class WarehouseId(UuidId):
    """The id of a warehouse."""


class Moment(FieldText):
    """A date and time as cells show it: in UTC, with a fraction only if it is not zero.

    A text without a zone is UTC, whatever the zone of the machine.
    """

    @classmethod
    def read(cls, text: str) -> Self:
        """Return the moment as cells show it; ValueError if the text is not a date and time."""
        try:
            moment = msgspec.convert(text, datetime)
            aware = moment if moment.tzinfo else moment.replace(tzinfo=UTC)
            return cls(aware.astimezone(UTC))
        # The first and the last hours of the calendar have no date in UTC.
        except (msgspec.ValidationError, OverflowError):
            raise ValueError(
                f"must be a date and time like 2026-11-24T08:00:00+00:00, got {text!r}"
            ) from None


class RichText(FieldText):
    """The JSON text of an EditorJS object."""

    @classmethod
    def read(cls, text: str) -> Self:
        """Return the text unchanged; ValueError if it is not the JSON of an object."""
        try:
            # Python reads NaN and Infinity, which JSON does not have and other readers reject.
            if isinstance(json.loads(text, parse_float=_finite, parse_constant=_finite), dict):
                return cls(text)
        except ValueError:
            pass
        raise ValueError("must be the JSON text of an object, as EditorJS writes it")


# Most ids of a page are those of the same few attributes, channels and warehouses.
@lru_cache(MAX_IDS_REMEMBERED)
def _read_id(type_: type[Any], text: str) -> Any:
    return type_(text)


def read_field(type_: type[Any], value: Any) -> Any:
    """Return the field of this type: the hook for msgspec.

    ValueError or TypeError says what is wrong.
    """
    if not issubclass(type_, FieldText):
        raise NotImplementedError
    if not isinstance(value, str):
        raise TypeError("Expected `str`")
    return type_.read(value)


def _finite(text: str) -> float:
    number = float(text)
    if not math.isfinite(number):
        raise ValueError(f"{text} is not a number in JSON")
    return number
