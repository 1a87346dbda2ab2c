"""Templates in DynamoDB, with a counter for each shop that keeps their number within its limit."""

from __future__ import annotations

import json
from typing import Any

from pynamodb.attributes import BooleanAttribute, NumberAttribute, UnicodeAttribute

from chalicelib.adapters.aws.item_attributes import (
    Owned,
    present,
    read_app,
    read_time_or_none,
    read_user,
    write_requestor,
    write_time_or_none,
)
from chalicelib.adapters.aws.pynamo import StoredModel
from chalicelib.adapters.export_files.store_errors import retry_busy, translated_errors
from chalicelib.adapters.export_files.transaction import begin_transaction
from chalicelib.adapters.template_table import COUNTER, TEMPLATE
from chalicelib.domain.request import ExportRequest
from chalicelib.domain.template import MAX_TEMPLATES_PER_SHOP, Template
from chalicelib.errors import Conflict, NotFound


class TemplateItem(Owned, StoredModel):
    """A template, or the counter of a shop's templates."""

    class Meta:
        table_name = "Templates"

    shop = UnicodeAttribute(hash_key=True)
    item = UnicodeAttribute(range_key=True)
    name = UnicodeAttribute(null=True)
    export_type = UnicodeAttribute(null=True)
    request = UnicodeAttribute(null=True)
    names = UnicodeAttribute(null=True)
    is_shared = BooleanAttribute(null=True)
    created_at = UnicodeAttribute(null=True)
    updated_at = UnicodeAttribute(null=True)
    templates = NumberAttribute(null=True)


class DynamoTemplateStore:
    """`TemplateStore` over the table of templates."""

    def __init__(self, table_name: str) -> None:
        TemplateItem.Meta.table_name = table_name

    def find(self, shop: str, template_id: str) -> Template | None:
        """Return the template, or None."""
        with translated_errors():
            try:
                return _template(
                    TemplateItem.get(shop, TEMPLATE + template_id, consistent_read=True)
                )
            except TemplateItem.DoesNotExist:
                return None

    def find_all(self, shop: str) -> tuple[Template, ...]:
        """Return the templates of a shop, the oldest first."""
        with translated_errors():
            found = TemplateItem.query(
                shop, TemplateItem.item.startswith(TEMPLATE), consistent_read=True
            )
            return tuple(sorted(map(_template, found), key=_age))

    def add(self, template: Template) -> None:
        """Store a new template and count it; Conflict if the shop has as many as it may have."""
        is_new = TemplateItem.shop.does_not_exist()
        counted = TemplateItem.templates
        has_room = counted.does_not_exist() | (counted < MAX_TEMPLATES_PER_SHOP)

        def write() -> None:
            with begin_transaction() as transaction:
                transaction.save(_item(template), condition=is_new)
                transaction.update(
                    TemplateItem(template.shop, COUNTER), [counted.add(1)], condition=has_room
                )

        try:
            retry_busy(write)
        except Conflict:
            # An SDK repeats a transaction whose answer was lost, and meets its own item.
            if self.find(template.shop, template.id) is None:
                raise

    def replace(self, template: Template) -> None:
        """Store a template in the place of its earlier state; NotFound if it was removed."""
        try:
            retry_busy(lambda: _item(template).save(TemplateItem.shop.exists()))
        except Conflict as conflict:
            raise NotFound("The template was removed.") from conflict

    def remove(self, shop: str, template_id: str) -> None:
        """Remove a template and its count. A missing one is not an error."""
        item = TemplateItem(shop, TEMPLATE + template_id)

        def write() -> None:
            with begin_transaction() as transaction:
                transaction.delete(item, condition=TemplateItem.shop.exists())
                transaction.update(TemplateItem(shop, COUNTER), [TemplateItem.templates.add(-1)])

        try:
            retry_busy(write)
        except Conflict:
            return


def _item(template: Template) -> TemplateItem:
    attributes: dict[str, Any] = {
        "name": template.name,
        "export_type": template.request.export_type,
        "request": json.dumps(template.request.to_json(), ensure_ascii=False),
        "names": json.dumps(dict(template.names), ensure_ascii=False),
        "is_shared": template.is_shared,
        "created_at": write_time_or_none(template.created_at),
        "updated_at": write_time_or_none(template.updated_at),
        **write_requestor(template.user, template.app),
    }
    return TemplateItem(template.shop, TEMPLATE + template.id, **present(attributes))


def _template(item: TemplateItem) -> Template:
    return Template(
        id=item.item.removeprefix(TEMPLATE),
        shop=item.shop,
        name=item.name or "",
        request=ExportRequest.from_json(json.loads(item.request or "{}")),
        is_shared=bool(item.is_shared),
        user=read_user(item),
        app=read_app(item),
        created_at=read_time_or_none(item.created_at),
        updated_at=read_time_or_none(item.updated_at),
        names=json.loads(item.names or "{}"),
    )


def _age(template: Template) -> tuple[str, str]:
    return write_time_or_none(template.created_at) or "", template.id
