"""Requests at random.

Valid ones, nearly valid ones, and what no client would send, made from the schema itself.
"""

from __future__ import annotations

import base64
import json
from typing import Any, Final

from graphql import (
    GraphQLEnumType,
    GraphQLInputObjectType,
    GraphQLList,
    GraphQLNonNull,
    GraphQLObjectType,
    get_named_type,
    is_leaf_type,
)
from hypothesis import strategies as st

from chalicelib.api.schema import make_schema
from chalicelib.domain.global_id import encode_global_id

SCHEMA: Final = make_schema()
ID_TYPES: Final = (
    "Product",
    "GiftCard",
    "VoucherCode",
    "Voucher",
    "ExportFile",
    "Attribute",
    "Channel",
    "Warehouse",
)
TEXTS: Final = st.one_of(
    st.text(max_size=8),
    st.sampled_from(
        [
            "",
            "\x00",
            "\ud800",
            "\u202e=1+1",
            "a" * 3_000,
            "__proto__",
            "' OR 1=1",
            "{}",
            "𝔘𝔫",
            "null",
        ]
    ),
)
IDS: Final = st.one_of(
    st.builds(encode_global_id, st.sampled_from(ID_TYPES), st.one_of(st.integers(), st.uuids())),
    TEXTS.map(lambda text: base64.b64encode(text.encode("utf-8", "replace")).decode()),
    TEXTS,
)
TIMES: Final = st.sampled_from(
    ["2026-01-01T00:00:00+00:00", "2026-01-01", "0001-01-01T00:00:00+14:00", "9999-12-31", ""]
)
JUNK: Final = st.recursive(
    st.one_of(st.none(), st.booleans(), st.integers(), st.floats(), TEXTS, st.just(10**400)),
    lambda inner: st.one_of(st.lists(inner, max_size=3), st.dictionaries(TEXTS, inner, max_size=3)),
    max_leaves=6,
)
SCALARS: Final[dict[str, st.SearchStrategy[Any]]] = {
    "ID": IDS,
    "String": TEXTS,
    "Boolean": st.booleans(),
    "Int": st.one_of(st.integers(-5, 105), st.sampled_from([2**31 - 1, -(2**31)])),
    "Float": st.one_of(st.floats(allow_nan=False, allow_infinity=False), st.integers(-5, 5)),
    "Decimal": st.one_of(
        st.sampled_from(["1", "1e5", "-0", "NaN", "1e999999", "x"]), st.integers()
    ),
    "Date": TIMES,
    "DateTime": TIMES,
    "JSONString": st.one_of(TEXTS, st.sampled_from(['{"fileType":"CSV"}', '{"ids":5}', "[]", "1"])),
}


class Body(bytes):
    """A body whose repr is short enough to read."""

    def __repr__(self) -> str:
        return repr(bytes(self[:500]))


def values(type_: Any, *, sound: bool) -> st.SearchStrategy[Any]:
    """Values of an input type; unless `sound`, now and then junk takes a value's place."""
    return (
        _values(type_, sound)
        if sound
        else st.one_of(_values(type_, sound), _values(type_, sound), JUNK)
    )


def _values(type_: Any, sound: bool) -> st.SearchStrategy[Any]:
    if isinstance(type_, GraphQLNonNull):
        return values(type_.of_type, sound=sound)
    if isinstance(type_, GraphQLList):
        return st.lists(st.deferred(lambda: values(type_.of_type, sound=sound)), max_size=3)
    if isinstance(type_, GraphQLEnumType):
        return st.sampled_from(sorted(type_.values))
    if isinstance(type_, GraphQLInputObjectType):
        return st.deferred(lambda: _objects(type_, sound))
    return SCALARS[type_.name]


def _objects(type_: GraphQLInputObjectType, sound: bool) -> st.SearchStrategy[Any]:
    fields = {name: values(field.type, sound=sound) for name, field in type_.fields.items()}
    needed = {
        name for name, field in type_.fields.items() if isinstance(field.type, GraphQLNonNull)
    }
    return st.fixed_dictionaries(
        {name: fields[name] for name in needed},
        optional={name: strategy for name, strategy in fields.items() if name not in needed},
    )


@st.composite
def selections(draw: Any, type_: Any, depth: int = 0) -> str:
    """Return a selection of fields with aliases, sometimes deeper than clients need."""
    named = get_named_type(type_)
    if is_leaf_type(named):
        return ""
    assert isinstance(named, GraphQLObjectType)
    fields = draw(
        st.lists(st.sampled_from(sorted(named.fields)), min_size=1, max_size=5, unique=True)
    )
    chosen = [
        name
        for name in fields
        if depth < 4 or is_leaf_type(get_named_type(named.fields[name].type))
    ]
    parts = [
        draw(st.sampled_from(["", f"a{place}:"]))
        + name
        + draw(selections(named.fields[name].type, depth + 1))
        for place, name in enumerate(chosen)
    ]
    return "{" + " ".join(["__typename", *parts]) + "}"


@st.composite
def operations(draw: Any) -> dict[str, Any]:
    """Return a request of one to six fields of Query or Mutation, with arguments as variables."""
    root = draw(st.sampled_from([SCHEMA.query_type, SCHEMA.mutation_type]))
    declared, parts, variables = [], [], {}
    for place in range(draw(st.sampled_from([1, 1, 1, 2, 6]))):
        name = draw(st.sampled_from(sorted(root.fields)))
        arguments = []
        for argument, given in root.fields[name].args.items():
            if isinstance(given.type, GraphQLNonNull) or draw(st.booleans()):
                variables[f"v{place}{argument}"] = draw(
                    values(given.type, sound=draw(st.booleans()))
                )
                declared.append(f"$v{place}{argument}:{given.type}")
                arguments.append(f"{argument}:$v{place}{argument}")
        listed = f"({' '.join(arguments)})" if arguments else ""
        parts.append(f"f{place}:{name}{listed}{draw(selections(root.fields[name].type))}")
    declarations = f"({' '.join(declared)})" if declared else ""
    kind = "query" if root is SCHEMA.query_type else "mutation"
    return {"query": f"{kind}{declarations}{{{' '.join(parts)}}}", "variables": variables}


@st.composite
def damaged(draw: Any) -> bytes:
    """Return a request with a piece cut out or overwritten."""
    body = json.dumps(draw(operations())).encode()
    start = draw(st.integers(0, len(body)))
    end = draw(st.integers(start, len(body)))
    inserted: bytes = draw(st.binary(max_size=4))
    return body[:start] + inserted + body[end:]


OVERGROWN: Final = st.sampled_from(
    [
        {"query": "{" + "exportFiles(first:1){edges{node{id}}} " * 600 + "}"},
        {"query": "{" + " ".join(f"a{n}:__typename" for n in range(2_100)) + "}"},
        {"query": "{exportFiles(first:1)" + "{edges{node" * 40 + "{id}" + "}}" * 40 + "}"},
        {"query": "query{...f} fragment f on Query{...g} fragment g on Query{...f}"},
        {"query": "{" * 20_000},
        {"query": "query($a:" + "[" * 500 + "ID" + "]" * 500 + "){__typename}"},
        {"query": "mutation{a:exportFileCancel(id:" + "[" * 900 + "]" * 900 + "){errors{code}}}"},
        [{"query": "{__typename}"}] * 11,
        {"query": "{__typename}", "variables": [1]},
        {"query": "{__typename}", "operationName": {"a": 1}},
        {"query": "query A{__typename} query B{__typename}", "operationName": "C"},
        {"query": "subscription{a}"},
        {"query": None},
        [[{"query": "{__typename}"}]],
    ]
)
BODIES: Final[st.SearchStrategy[bytes]] = st.one_of(
    operations().map(lambda body: json.dumps(body).encode()),
    st.lists(operations(), max_size=3).map(lambda bodies: json.dumps(bodies).encode()),
    damaged(),
    OVERGROWN.map(lambda body: json.dumps(body).encode()),
    JUNK.map(lambda body: json.dumps(body).encode()),
    st.binary(max_size=200),
    st.just(b"[" * 100_000),
    st.just(b'{"query":"{__typename}","variables":' + b'{"a":' * 5_000),
).map(Body)
