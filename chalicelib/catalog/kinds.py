"""The kinds of the catalogue, and the numbers of their records.

A kind is a directory of its own in the catalogue table. A record whose global id ends in a number
keeps that number. Warehouses and voucher codes have UUIDs there.
"""

from __future__ import annotations

import base64
import hashlib
import uuid
from functools import lru_cache
from typing import Final

from chalicelib.domain.global_id import decode_global_id
from chalicelib.domain.segment import NUMBERS_PER_BUCKET

SHOP: Final = "shop"
ATTRIBUTES: Final = "attributes"
CATEGORIES: Final = "categories"
CHANNELS: Final = "channels"
COLLECTIONS: Final = "collections"
PRODUCT_TYPES: Final = "product_types"
WAREHOUSES: Final = "warehouses"
PRODUCTS: Final = "products"
GIFT_CARDS: Final = "gift_cards"
VOUCHERS: Final = "vouchers"
# The codes of all vouchers by id, for exports that name them.
VOUCHER_CODES_BY_ID: Final = "voucher_codes"
# Kinds that come in a file of their own.
FILE_KINDS: Final = (
    SHOP,
    CHANNELS,
    WAREHOUSES,
    ATTRIBUTES,
    CATEGORIES,
    COLLECTIONS,
    PRODUCT_TYPES,
    PRODUCTS,
    GIFT_CARDS,
    VOUCHERS,
)
# A DynamoDB key has at most 38 digits. The 128 bits of a UUID take 39.
_UUID_BITS_LEFT_OUT: Final = 4
# Ids of codes are random: 64 ranges of them hold about as many codes each.
_IDS_PER_BUCKET: Final = 1 << (128 - _UUID_BITS_LEFT_OUT - 6)
_HASH_BYTES: Final = 15
_UUID_CHARACTERS: Final = 22
MAX_IDS_REMEMBERED: Final = 10_000
_JOINT: Final = ","


def voucher_codes_kind(*voucher_numbers: int) -> str:
    """Return the kind that holds the codes of these vouchers. Several vouchers are joined in it."""
    return f"voucher_codes:{_JOINT.join(map(str, voucher_numbers))}"


def kinds_joined_in(kind: str) -> tuple[str, ...]:
    """Return the kinds that are stored, of which this one consists."""
    family, colon, numbers = kind.partition(":")
    return tuple(f"{family}{colon}{number}" for number in numbers.split(_JOINT))


def family_of(kind: str) -> str:
    """Return the kind without the voucher that it belongs to."""
    return kind.partition(":")[0]


def has_blocks(kind: str) -> bool:
    """Return whether records of this kind are stored column by column as well."""
    return kind == PRODUCTS


def has_preset(kind: str) -> bool:
    """Return whether records of this kind are compressed against texts that they share."""
    return kind == PRODUCTS


def is_packed(kind: str) -> bool:
    """Return whether many records of this kind are one item: they are small and all alike."""
    return family_of(kind) in {GIFT_CARDS, VOUCHER_CODES_BY_ID}


def numbers_per_bucket(kind: str) -> int:
    """Return how many record numbers a bucket of this kind covers."""
    return _IDS_PER_BUCKET if kind == VOUCHER_CODES_BY_ID else NUMBERS_PER_BUCKET


def voucher_code_number(global_id: str) -> int:
    """Return the record number of a voucher code among `VOUCHER_CODES_BY_ID`.

    Numbers sort as the ids do.
    """
    return number_of_uuid(uuid.UUID(decode_global_id(global_id)[1]))


def number_of_uuid(key: uuid.UUID) -> int:
    """Return the record number of the voucher code with this key."""
    return key.int >> _UUID_BITS_LEFT_OUT


# Products name the same attributes, channels and warehouses again and again: decoding each id was
# a fifth of the work of a first sync.
@lru_cache(MAX_IDS_REMEMBERED)
def key_of(global_id: str) -> str:
    """Return the key under which documents hold the facts of an attribute, channel or warehouse.

    That is the number in its id, or its UUID in 22 characters.
    """
    key = decode_global_id(global_id)[1]
    if key.isdigit() and len(key) < _UUID_CHARACTERS:
        return str(int(key))
    # The 36 characters of a UUID would make an item of three warehouses a fifteenth larger.
    return base64.urlsafe_b64encode(uuid.UUID(key).bytes).decode()[:_UUID_CHARACTERS]


def hashed_number(global_id: str) -> int:
    """Return the record number of a warehouse.

    Ids that differ in one bit have unrelated numbers.
    """
    # The number depends on the id alone. If it changed when other warehouses come or go, a
    # warehouse could be there twice, or not at all, while a load runs.
    return int.from_bytes(hashlib.sha256(global_id.encode()).digest()[:_HASH_BYTES])
