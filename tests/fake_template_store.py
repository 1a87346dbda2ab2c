"""Templates in memory."""

from __future__ import annotations

from chalicelib.domain.template import MAX_TEMPLATES_PER_SHOP, Template
from chalicelib.errors import Conflict, NotFound


class FakeTemplateStore:
    """Templates by shop and id."""

    def __init__(self) -> None:
        self.templates: dict[tuple[str, str], Template] = {}

    def find(self, shop: str, template_id: str) -> Template | None:
        return self.templates.get((shop, template_id))

    def find_all(self, shop: str) -> tuple[Template, ...]:
        found = [one for (of, _), one in self.templates.items() if of == shop]
        return tuple(sorted(found, key=lambda one: (str(one.created_at or ""), one.id)))

    def add(self, template: Template) -> None:
        if len(self.find_all(template.shop)) >= MAX_TEMPLATES_PER_SHOP:
            raise Conflict("The shop has as many templates as it may have.")
        self.templates[template.shop, template.id] = template

    def replace(self, template: Template) -> None:
        if (template.shop, template.id) not in self.templates:
            raise NotFound("The template was removed.")
        self.templates[template.shop, template.id] = template

    def remove(self, shop: str, template_id: str) -> None:
        self.templates.pop((shop, template_id), None)
