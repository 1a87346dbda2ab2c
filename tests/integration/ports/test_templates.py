"""What every `TemplateStore` promises."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from chalicelib.domain.ports import TemplateStore
from chalicelib.errors import Conflict, NotFound
from tests.factories import make_app
from tests.fakes import START
from tests.templates import make_template


def test_a_template_is_found_as_it_was_added(templates: TemplateStore) -> None:
    private, shared = make_template(1), make_template(2, user=None, app=make_app(), is_shared=True)
    templates.add(private)
    templates.add(shared)
    assert templates.find("default", private.id) == private
    assert templates.find_all("default") == (private, shared)


def test_templates_come_in_the_order_in_which_they_were_made(templates: TemplateStore) -> None:
    young = make_template(1, created_at=START + timedelta(days=1))
    twins = [make_template(number, created_at=START) for number in (3, 2)]
    for one in (young, *twins):
        templates.add(one)
    assert [one.id for one in templates.find_all("default")] == [
        "template-2",
        "template-3",
        "template-1",
    ]


def test_each_shop_has_templates_of_its_own(templates: TemplateStore) -> None:
    templates.add(make_template())
    assert templates.find("other", "template-1") is None
    assert templates.find_all("other") == ()


def test_a_replaced_template_keeps_its_place(templates: TemplateStore) -> None:
    first, second = make_template(1), make_template(2)
    templates.add(first)
    templates.add(second)
    renamed = replace(first, name="Prices", is_shared=True)
    templates.replace(renamed)
    assert templates.find_all("default") == (renamed, second)


def test_a_removed_template_is_neither_found_nor_replaced(templates: TemplateStore) -> None:
    templates.add(make_template())
    templates.remove("default", "template-1")
    templates.remove("default", "template-1")
    with pytest.raises(NotFound, match=r"^The template was removed\.$"):
        templates.replace(make_template())
    assert templates.find_all("default") == ()


def test_a_shop_has_no_more_templates_than_it_may_have(
    templates: TemplateStore, limits: None
) -> None:
    templates.add(make_template(1))
    templates.add(make_template(2))
    with pytest.raises(Conflict):
        templates.add(make_template(3))
    templates.add(make_template(3, shop="other"))
    assert len(templates.find_all("default")) == 2


def test_a_removed_template_makes_room_once(templates: TemplateStore, limits: None) -> None:
    templates.add(make_template(1))
    templates.add(make_template(2))
    templates.remove("default", "template-1")
    templates.remove("default", "template-1")
    templates.add(make_template(3))
    with pytest.raises(Conflict):
        templates.add(make_template(4))


@pytest.fixture
def limits(monkeypatch: pytest.MonkeyPatch) -> None:
    """At most two templates a shop."""
    for module in ("chalicelib.adapters.template_store", "tests.fake_template_store"):
        monkeypatch.setattr(f"{module}.MAX_TEMPLATES_PER_SHOP", 2)
