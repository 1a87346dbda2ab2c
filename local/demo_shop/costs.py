"""The cost of a query as Saleor counts it: a request may cost 50,000 points.

A field in COSTS costs a point for each time that it can be read. A list multiplies what is asked of
its records by the size of its page.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, Final

from graphql import (
    DocumentNode,
    FieldNode,
    FragmentDefinitionNode,
    GraphQLNamedType,
    GraphQLSchema,
    OperationDefinitionNode,
    SelectionSetNode,
    VariableNode,
    get_named_type,
    parse,
)
from graphql.language import FragmentSpreadNode, InlineFragmentNode, IntValueNode

MAX_COST: Final = 50_000
# Source: the cost map of Saleor 3.23, for the fields of the slice. A star marks a list with pages.
_FIELDS: Final = {
    "Query": "app attributes* categories* channels collections* giftCard giftCards* products* "
    "productTypes* productVariants* voucher vouchers* warehouses*",
    "App": "webhooks",
    "Attribute": "productTypes* productVariantTypes*",
    "Category": "ancestors* parent",
    "GiftCard": "product usedBy",
    "Product": "attributes category channelListings collections description media productType "
    "variants",
    "ProductChannelListing": "channel",
    "ProductMedia": "url",
    "ProductVariant": "attributes channelListings media product",
    "ProductVariantChannelListing": "channel",
    "SelectedAttribute": "attribute values",
    "ShippingZone": "channels",
}
COSTS: Final = {name: frozenset(fields.split()) for name, fields in _FIELDS.items()}


def cost_of(schema: GraphQLSchema, query: str, variables: Mapping[str, Any] | None = None) -> int:
    """Return the points that a query costs; GraphQLSyntaxError for a text that is not a query."""
    document = parse(query)
    return sum(
        _Counter(schema, _fragments(document), variables or {}).count(
            operation.selection_set, schema.get_root_type(operation.operation), 1
        )
        for operation in document.definitions
        if isinstance(operation, OperationDefinitionNode)
    )


def _fragments(document: DocumentNode) -> dict[str, FragmentDefinitionNode]:
    found = (one for one in document.definitions if isinstance(one, FragmentDefinitionNode))
    return {one.name.value: one for one in found}


class _Counter:
    """Counts one document."""

    def __init__(
        self,
        schema: GraphQLSchema,
        fragments: Mapping[str, FragmentDefinitionNode],
        variables: Mapping[str, Any],
    ) -> None:
        self._schema = schema
        self._fragments = fragments
        self._variables = variables

    def count(
        self, selected: SelectionSetNode | None, parent: GraphQLNamedType | None, times: int
    ) -> int:
        """Return the points of the fields selected on a type that is read so many times."""
        return sum(
            self._count_field(field, type_, times)
            for field, type_ in self._fields(selected, parent)
        )

    def _count_field(self, field: FieldNode, parent: GraphQLNamedType, times: int) -> int:
        definition = getattr(parent, "fields", {}).get(field.name.value)
        if definition is None:
            return 0
        priced = COSTS.get(parent.name, frozenset())
        is_list = f"{field.name.value}*" in priced
        inner = times * (self._page_size(field) if is_list else 1)
        own = inner if is_list or field.name.value in priced else 0
        return own + self.count(field.selection_set, get_named_type(definition.type), inner)

    def _fields(
        self, selected: SelectionSetNode | None, parent: GraphQLNamedType | None
    ) -> Iterator[tuple[FieldNode, GraphQLNamedType]]:
        """Yield the fields with the type that they are selected on, those of fragments too."""
        for node in selected.selections if selected and parent else ():
            if isinstance(node, FieldNode):
                yield node, parent  # type: ignore[misc]
            elif isinstance(node, InlineFragmentNode):
                condition = node.type_condition
                type_ = self._schema.type_map[condition.name.value] if condition else parent
                yield from self._fields(node.selection_set, type_)
            elif isinstance(node, FragmentSpreadNode):
                fragment = self._fragments[node.name.value]
                type_ = self._schema.type_map[fragment.type_condition.name.value]
                yield from self._fields(fragment.selection_set, type_)

    def _page_size(self, field: FieldNode) -> int:
        sizes = [
            self._number(argument.value)
            for argument in field.arguments or ()
            if argument.name.value in ("first", "last")
        ]
        return sum(sizes) or 1

    def _number(self, value: Any) -> int:
        if isinstance(value, VariableNode):
            return int(self._variables.get(value.name.value) or 0)
        return int(value.value) if isinstance(value, IntValueNode) else 0
