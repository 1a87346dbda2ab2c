"""The attributes, warehouses, channels and the like that an input names, and which are gone."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any, Final

from chalicelib.catalog import kinds
from chalicelib.catalog.dictionaries import Dictionaries, Documents
from chalicelib.domain.global_id import InvalidGlobalId, decode_global_id
from chalicelib.domain.request import ExportRequest, Scope
from chalicelib.exports.export_type import ExportType, Input

# The types of ids that name a record of a dictionary, with its kind.
KINDS: Final[Mapping[str, str]] = {
    "Attribute": kinds.ATTRIBUTES,
    "Category": kinds.CATEGORIES,
    "Channel": kinds.CHANNELS,
    "Collection": kinds.COLLECTIONS,
    "ProductType": kinds.PRODUCT_TYPES,
    "Warehouse": kinds.WAREHOUSES,
}
_NOUNS: Final[Mapping[str, str]] = {
    kinds.ATTRIBUTES: "attribute",
    kinds.CATEGORIES: "category",
    kinds.CHANNELS: "channel",
    kinds.COLLECTIONS: "collection",
    kinds.PRODUCT_TYPES: "product type",
    kinds.WAREHOUSES: "warehouse",
}


def kind_of(text: str) -> str | None:
    """Return the dictionary that a global id belongs to, None for other texts."""
    try:
        return KINDS.get(decode_global_id(text)[0])
    except InvalidGlobalId:
        return None


def voucher_ids_of(request: ExportRequest) -> Sequence[str]:
    """Return the global ids of the vouchers whose codes a request asks for."""
    one = request.parameters.get("voucher_id")
    return [one] if one else request.parameters.get("voucher_ids") or ()


def find_names(given: Input, dictionaries: Dictionaries) -> dict[str, str]:
    """Return the names of the records that an input names by global id."""
    return {
        record["id"]: str(record.get("name") or record["slug"])
        for kind, ids in _ids(given).items()
        for record in dictionaries.all(kind)
        if record["id"] in ids
    }


def find_missing(
    export_type: ExportType, given: Input, names: Mapping[str, str], dictionaries: Dictionaries
) -> list[str]:
    """Return what an input names and the shop does not have, such as "the warehouse Oslo".

    `names` are the names that `find_names` found earlier.
    """
    missing = [
        f"the {_NOUNS[kind]} {names.get(one, one)}"
        for kind, ids in _ids(given).items()
        for one in _unknown(ids, dictionaries.all(kind), "id")
    ]
    if slugs := _attribute_slugs(given):
        attributes = dictionaries.all(kinds.ATTRIBUTES)
        missing += [f"the attribute {one}" for one in _unknown(slugs, attributes, "slug")]
    return missing + [
        f"the column {column['key']}"
        for column in given.get("columns") or ()
        if export_type.column_keys.find(column["key"], dictionaries) is None
    ]


def _unknown(texts: Iterable[str], records: Documents, field: str) -> list[str]:
    known = {record[field] for record in records}
    return [text for text in texts if text not in known]


def _ids(given: Input) -> dict[str, dict[str, None]]:
    """Return the ids of records of dictionaries that count in an input, by kind."""
    found: dict[str, dict[str, None]] = {}
    for text in _texts([given.get("exportInfo"), _filter_of(given)]):
        if kind := kind_of(text):
            found.setdefault(kind, {})[text] = None
    return found


def _attribute_slugs(given: Input) -> list[str]:
    conditions = _filter_of(given).get("attributes") or ()
    return [condition["slug"] for condition in conditions if condition.get("slug")]


def _filter_of(given: Input) -> Input:
    # A filter beside another scope is ignored.
    filter_: Input = given.get("filter") or {}
    return filter_ if given.get("scope") == Scope.FILTER else {}


def _texts(value: Any) -> Iterator[str]:
    """Yield the texts in a value of JSON, at any depth."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, Mapping):
        yield from _all_texts(value.values())
    elif isinstance(value, list | tuple):
        yield from _all_texts(value)


def _all_texts(values: Iterable[Any]) -> Iterator[str]:
    for value in values:
        yield from _texts(value)
