from __future__ import annotations

from typing import Any

import pytest
from graphql import (
    GraphQLEnumType,
    GraphQLObjectType,
    GraphQLSchema,
    build_client_schema,
    build_schema,
    find_breaking_changes,
    get_introspection_query,
    get_named_type,
    graphql_sync,
    parse,
    print_type,
    validate,
)
from graphql.utilities import DangerousChangeType, find_dangerous_changes

from chalicelib.api.schema import make_schema
from tests.api_client import ApiClient
from tests.local_run import CONTRACT

SDL = CONTRACT / "export-api.graphql"


def input_enums(schema: GraphQLSchema) -> set[str]:
    """Return the enums that no answer contains.

    A client can ignore a value that was added to one.
    """
    enums = {name for name, one in schema.type_map.items() if isinstance(one, GraphQLEnumType)}
    answered = {
        get_named_type(field.type).name
        for one in schema.type_map.values()
        if isinstance(one, GraphQLObjectType)
        for field in one.fields.values()
    }
    return enums - answered


@pytest.mark.skipif(not SDL.exists(), reason="the contract's data is not beside the checkout")
def test_every_type_field_argument_and_nullability_of_the_contract_is_ours() -> None:
    theirs = build_schema(SDL.read_text("utf-8"))
    assert find_breaking_changes(theirs, make_schema()) == []
    dangerous = [
        change
        for change in find_dangerous_changes(theirs, make_schema())
        if change.type is not DangerousChangeType.OPTIONAL_INPUT_FIELD_ADDED
        and change.type is not DangerousChangeType.OPTIONAL_ARG_ADDED
        and not any(name in change.description for name in input_enums(theirs))
    ]
    assert dangerous == []


def test_additions_show_in_the_whole_schema_but_not_in_a_type_of_the_contract() -> None:
    query = '{{__type(name:"ExportFile"){{fields{}{{name}}}}}}'
    seen = ApiClient().ask(query.format(""))["data"]["__type"]["fields"]
    all_ = ApiClient().ask(query.format("(includeDeprecated:true)"))["data"]["__type"]["fields"]
    assert {"name": "progress"} not in seen
    assert {"name": "progress"} in all_


# What graphql-js asks unless told otherwise: deprecated input fields are left out.
TOOLS_QUERY = get_introspection_query()


@pytest.mark.parametrize(
    "query",
    [
        "mutation{exportProducts(input:{scope:ALL,fileType:CSV,formulas:RAW,compression:GZIP}){errors{code}}}",
        "mutation{exportGiftCards(input:{scope:ALL,fileType:CSV,formulas:RAW,compression:GZIP}){errors{code}}}",
        'mutation{exportVoucherCodes(input:{ids:["a"],fileType:CSV,compression:GZIP}){errors{code}}}',
        '{exportFiles(first:1,filter:{exportType:["products"]}){edges{node{progress fileName}}}}',
    ],
)
def test_a_tool_that_reads_the_schema_can_use_our_additions(query: str) -> None:
    seen = build_client_schema(ApiClient().ask(TOOLS_QUERY)["data"])
    assert validate(seen, parse(query)) == []


@pytest.mark.skipif(not SDL.exists(), reason="the contract's data is not beside the checkout")
def test_a_tool_that_reads_the_schema_sees_no_breaking_change_to_the_contract() -> None:
    """Deprecated inputs are left out by the query itself, for Saleor's schema too."""
    theirs: Any = graphql_sync(build_schema(SDL.read_text("utf-8")), TOOLS_QUERY).data
    seen = ApiClient().ask(TOOLS_QUERY)["data"]
    assert find_breaking_changes(build_client_schema(theirs), build_client_schema(seen)) == []


def test_every_type_can_be_printed() -> None:
    assert all(print_type(graphql_type) for graphql_type in make_schema().type_map.values())


PREVIEW = (
    "{exportPreview(input: {products: {scope: FILTER, fileType: CSV, filter: {price: $price}}})"
    "{rowCount}}"
)


@pytest.mark.parametrize(
    "query",
    [
        '{exportRecords(exportType: "products", start: 9e999){next}}',
        "{exportUnknownNames(names: [], start: -9e999){names}}",
        f"query($price: PriceRangeInput = {{gte: 9e999}}){PREVIEW}",
    ],
)
def test_a_number_beyond_the_range_of_a_float_is_the_client_s_mistake(query: str) -> None:
    status, answer = ApiClient().post({"query": query}, token=None)
    assert status == 400
    assert "Float cannot represent" in answer["message"]
