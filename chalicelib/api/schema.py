"""The executable schema: the SDL with our scalars and resolvers."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from datetime import UTC, date, datetime
from decimal import Decimal, InvalidOperation
from functools import cache
from importlib.resources import files
from typing import Any, Final

from graphql import (
    GraphQLEnumType,
    GraphQLEnumValue,
    GraphQLError,
    GraphQLObjectType,
    GraphQLResolveInfo,
    GraphQLScalarType,
    GraphQLSchema,
    build_schema,
)
from graphql.language import ast
from graphql.type.scalars import parse_float_literal

from chalicelib.formats.registry import FileType

Resolver = Callable[..., Any]
Resolvers = Mapping[str, Mapping[str, Resolver]]
ADDITION: Final = "addition"


@cache
def make_schema() -> GraphQLSchema:
    """Return the schema with its resolvers; built once."""
    from chalicelib.api.lookups import LOOKUPS
    from chalicelib.api.previews import PREVIEWS
    from chalicelib.api.records import RECORDS
    from chalicelib.api.resolvers import RESOLVERS
    from chalicelib.api.templates import TEMPLATES
    from chalicelib.api.unknown import UNKNOWN

    schema = build_schema(
        files("chalicelib.api").joinpath("schema.graphql").read_text("utf-8"), assume_valid=True
    )
    for name, parse in _SCALARS.items():
        scalar = schema.type_map[name]
        assert isinstance(scalar, GraphQLScalarType)
        scalar.coerce_output_value = _serialize
        scalar.coerce_input_value = parse
        scalar.coerce_input_literal = _literal_parser(parse)
    _check_floats(schema)
    _add_file_types(schema)
    _bind(schema, RESOLVERS)
    _bind(schema, LOOKUPS)
    _bind(schema, PREVIEWS)
    _bind(schema, TEMPLATES)
    _bind(schema, RECORDS)
    _bind(schema, UNKNOWN)
    return schema


def _check_floats(schema: GraphQLSchema) -> None:
    """Let the schema refuse numbers beyond the range of Float also where a query has them."""
    floats = schema.type_map["Float"]
    assert isinstance(floats, GraphQLScalarType)
    # GraphQL checks the numbers in variables only: `9e999` in a query was infinity.
    floats.coerce_input_literal = _parse_float


def _parse_float(node: ast.ConstValueNode) -> float:
    number = parse_float_literal(node)
    if not math.isfinite(number):
        raise GraphQLError("Float cannot represent non numeric value: the number is too large.")
    return number


def _add_file_types(schema: GraphQLSchema) -> None:
    """Add the file types that the contract lacks: the registry of formats has them all."""
    enum = schema.type_map["FileTypesEnum"]
    assert isinstance(enum, GraphQLEnumType)
    for name in FileType:
        enum.values.setdefault(name.value, GraphQLEnumValue(name.value))


def _bind(schema: GraphQLSchema, resolvers: Resolvers) -> None:
    for type_name, fields in resolvers.items():
        graphql_type = schema.type_map[type_name]
        assert isinstance(graphql_type, GraphQLObjectType)
        for field_name, resolve in fields.items():
            graphql_type.fields[field_name].resolve = resolve
    for interface in ("Node", "Job"):
        schema.type_map[interface].resolve_type = lambda value, info, kind: type(value).__name__  # type: ignore[attr-defined]


def is_addition(field: Any) -> bool:
    """Return whether a field of the schema goes beyond Saleor's contract."""
    node = field.ast_node
    return node is not None and any(
        directive.name.value == ADDITION for directive in node.directives or ()
    )


def list_contract_fields(
    resolve: Resolver, source: Any, info: GraphQLResolveInfo[Any], **arguments: Any
) -> Any:
    """Resolve introspection.

    A type's output fields are Saleor's unless `includeDeprecated` asks for all.
    """
    found = resolve(source, info, **arguments)
    # Tools that read schemas ask for `fields(includeDeprecated: true)`, but for `inputFields`
    # without it.
    is_partial = info.parent_type.name == "__Type" and info.field_name == "fields"
    if not is_partial or not found or arguments.get("includeDeprecated"):
        return found
    return [item for item in found if not is_addition(item[1])]


def _serialize(value: Any) -> Any:
    return value.isoformat() if isinstance(value, date) else str(value)


def _literal_parser(parse: Callable[[Any], Any]) -> Callable[[ast.ConstValueNode], Any]:
    return lambda node: parse(getattr(node, "value", None))


def _parse_date_time(value: Any) -> str:
    """Return the text of a date-time, in UTC if it has no zone; GraphQLError for any other text."""
    try:
        moment = datetime.fromisoformat(value)
        # The first and last day of the calendar may not exist in UTC.
        moment.replace(tzinfo=moment.tzinfo or UTC).astimezone(UTC)
    except (TypeError, ValueError, OverflowError) as error:
        raise GraphQLError(f"DateTime cannot represent value: {value!r}") from error
    return value if moment.tzinfo else f"{moment.isoformat()}+00:00"


def _parse_date(value: Any) -> str:
    try:
        return date.fromisoformat(value).isoformat()
    except (TypeError, ValueError) as error:
        raise GraphQLError(f"Date cannot represent value: {value!r}") from error


def _parse_decimal(value: Any) -> str:
    if isinstance(value, bool):
        raise GraphQLError(f"Decimal cannot represent value: {value!r}")
    try:
        number = Decimal(str(value))
    except InvalidOperation as error:
        raise GraphQLError(f"Decimal cannot represent value: {value!r}") from error
    if not number.is_finite():
        raise GraphQLError(f"Decimal cannot represent value: {value!r}")
    return str(number)


_SCALARS: Final[Mapping[str, Callable[[Any], Any]]] = {
    "DateTime": _parse_date_time,
    "Date": _parse_date,
    "Decimal": _parse_decimal,
}
