"""Slugs, SKUs and numbers instead of global ids, and the lists in which to find them."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

import click

from chalicelib.domain.global_id import InvalidGlobalId, decode_global_id, encode_global_id
from chalicelib.errors import RequestRefused
from chalicelib.exports.export_type import ExportType
from chalicelib.filters.ids import is_key
from ops.options import client_options, json_option
from ops.service_client import ServiceClient
from ops.tables import make_table
from ops.unknown_names import check_names, find_codes, find_unknown_ids

MAX_LISTED: Final = 500
FIND: Final = (
    "query($search:String,$first:Int!){exportOptions{%s(search:$search,first:$first){%s}}}"
)
KEYS: Final = (
    "query($type:String!,$search:String,$first:Int)"
    "{exportColumns(exportType:$type,search:$search,first:$first){key label}}"
)
COLUMNS: Final = "{exportOptions{fields{field header}}}"
# A key of a global id: a number, or a UUID.
_KEY: Final = re.compile(r"\d+|[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind of things that an export can name: its field in the API, and the type of its ids."""

    word: str
    field: str
    type_name: str
    facts: str = "id slug name"


KINDS: Final = {
    kind.field: kind
    for kind in (
        Kind("channel", "channels", "Channel"),
        Kind("warehouse", "warehouses", "Warehouse"),
        Kind("attribute", "attributes", "Attribute"),
        Kind("category", "categories", "Category"),
        Kind("collection", "collections", "Collection"),
        Kind("product-type", "productTypes", "ProductType"),
        Kind("voucher", "vouchers", "Voucher", "id name codes"),
    )
}


def resolve_names(
    client: ServiceClient, asked: dict[str, Any], export_type: ExportType
) -> dict[str, Any]:
    """Return a mutation's input with global ids in place of slugs, SKUs and numbers."""
    resolved = _records(client, dict(asked), export_type)
    info = dict(resolved.get("exportInfo") or {})
    for field in KINDS.keys() & info.keys():
        info[field] = [find_id(client, KINDS[field], word) for word in info[field]]
    if info:
        resolved["exportInfo"] = info
    if "voucherId" in resolved:
        resolved["voucherId"] = find_id(client, KINDS["vouchers"], resolved["voucherId"])
    if "voucherIds" in resolved:
        words = resolved["voucherIds"]
        resolved["voucherIds"] = [find_id(client, KINDS["vouchers"], word) for word in words]
    return resolved


def _records(
    client: ServiceClient, asked: dict[str, Any], export_type: ExportType
) -> dict[str, Any]:
    """Replace the records' numbers by global ids, and products' slugs and SKUs by a filter.

    RequestRefused for records that do not exist.
    """
    given = asked.get("ids") or ()
    if not given:
        return asked
    known = _known_ids(client, export_type, given)
    words = [word for word in given if word not in known]
    if export_type.has_secret_names:
        codes = find_codes(client, export_type, words)
        return asked | {"ids": [known.get(word) or codes[word] for word in given]}
    if not words:
        return asked | {"ids": [known[word] for word in given]}
    check_names(client, export_type, words)
    if known:
        raise RequestRefused("Name products either by id and number, or by slug and SKU.")
    rest = {name: value for name, value in asked.items() if name != "ids"}
    return rest | {"scope": "FILTER", "filter": {"named": words}}


def _known_ids(
    client: ServiceClient, export_type: ExportType, words: Sequence[str]
) -> dict[str, str]:
    """Return the global ids of those words that are the id or the number of a record, by word."""
    ids = {word: found for word in words if (found := _id_of(export_type.id_type, word))}
    unknown = set(find_unknown_ids(client, export_type.name, list(ids.values()))) if ids else set()
    # A code or an SKU may have digits alone, as numbers do.
    return {word: found for word, found in ids.items() if found not in unknown}


def find_id(client: ServiceClient, kind: Kind, word: str) -> str:
    """Return the global id of a thing, given that, its slug, its exact name or its number."""
    if _is_global_id(kind.type_name, word):
        return _known(client, kind, word, word)
    options = find_options(client, kind, word)
    for option in options:
        if word in (option.get("slug"), option["name"]):
            found: str = option["id"]
            return found
    if _KEY.fullmatch(word):
        return _known(client, kind, encode_global_id(kind.type_name, word), word)
    raise _too_many(kind, word) if len(options) == MAX_LISTED else _no_such(kind, word)


def _known(client: ServiceClient, kind: Kind, global_id: str, word: str) -> str:
    """Return the id; RequestRefused if nothing of the kind has it."""
    if find_unknown_ids(client, kind.field, [global_id]):
        raise _no_such(kind, word)
    return global_id


def _no_such(kind: Kind, word: str) -> RequestRefused:
    return RequestRefused(
        f"There is no {kind.word} {word}. List them with: python -m ops {list_name(kind)}"
    )


def _too_many(kind: Kind, word: str) -> RequestRefused:
    name = list_name(kind)
    return RequestRefused(
        f"{MAX_LISTED} or more {name.replace('-', ' ')} have {word} in a name or slug, and "
        f"{word} itself is not among the first {MAX_LISTED}. Give its id. Find it with another "
        f"text: python -m ops {name} --search TEXT"
    )


def find_options(client: ServiceClient, kind: Kind, search: str = "") -> list[dict[str, Any]]:
    """Return the things of a kind whose name or slug contains a text, by name."""
    query = FIND % (kind.field, kind.facts)
    answer = client.ask(query, {"search": search, "first": MAX_LISTED})
    found: list[dict[str, Any]] = answer["exportOptions"][kind.field]
    return found


def list_name(kind: Kind) -> str:
    """Return the name of the command that lists a kind."""
    return re.sub("[A-Z]", lambda letter: f"-{letter[0].lower()}", kind.field)


def _id_of(type_name: str, word: str) -> str | None:
    if _is_global_id(type_name, word):
        return word
    return encode_global_id(type_name, word) if is_key(type_name, word) else None


def _is_global_id(type_name: str, word: str) -> bool:
    try:
        return decode_global_id(word)[0] == type_name
    except InvalidGlobalId:
        return False


def _make_command(kind: Kind) -> click.Command:
    plural, facts = list_name(kind).replace("-", " "), kind.facts.split()

    @click.command(list_name(kind), help=f"List {plural}: {', '.join(facts[:-1])} and {facts[-1]}.")
    @click.option("--search", default="", help="Only those whose name or slug contains this text.")
    @client_options()
    @json_option
    def list_kind(search: str, client: ServiceClient, as_json: bool) -> None:
        print_options(find_options(client, kind, search), facts, as_json=as_json)

    return list_kind


@click.command("columns")
@click.argument("type_name", metavar="[TYPE]", required=False)
@click.option("--search", default="", help="Only those whose key or label contains this text.")
@client_options()
@json_option
def columns_command(
    type_name: str | None, search: str, client: ServiceClient, as_json: bool
) -> None:
    """List the columns of TYPE that --column accepts: products, gift-cards or voucher-codes.

    Without TYPE, list the fields of products that --field accepts, with their headers.
    """
    if type_name is None:
        found = client.ask(COLUMNS)["exportOptions"]["fields"]
        print_options(found, ["field", "header"], as_json=as_json)
        return
    variables = {"type": type_name.replace("-", "_"), "search": search, "first": MAX_LISTED}
    found = client.ask(KEYS, variables)["exportColumns"]
    print_options(found, ["key", "label"], as_json=as_json)


def print_options(found: Iterable[Mapping[str, Any]], facts: list[str], *, as_json: bool) -> None:
    """Print options as JSON or as a table, and say on stderr if there may be more of them."""
    listed = list(found)
    if as_json:
        click.echo(json.dumps(listed, indent=2, ensure_ascii=False))
    else:
        click.echo(make_table([facts, *([str(one[fact]) for fact in facts] for one in listed)]))
    if len(listed) == MAX_LISTED:
        click.echo(f"There may be more than these {MAX_LISTED}. Use --search.", err=True)


LIST_COMMANDS: Final = (columns_command, *map(_make_command, KINDS.values()))
