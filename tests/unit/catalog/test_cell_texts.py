from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.catalog.cell_texts import money_text, set_text, url_text, value_text, weight_text
from chalicelib.catalog.node_reader import read_node
from chalicelib.catalog.nodes import Money
from chalicelib.catalog.product_nodes import Assignment, Weight
from chalicelib.domain.global_id import encode_global_id
from tests.factories import make_assigned, make_value


def text_of(input_type: str, value: dict[str, Any], unit: str | None = None) -> str:
    assigned = make_assigned("a", value, input_type=input_type, unit=unit)
    assignment = read_node(Assignment, assigned)
    return value_text(assignment.attribute, assignment.values[0])


@pytest.mark.parametrize(
    ("amount", "text"),
    [(10.0, "10.000"), (4.19, "4.190"), (1500.0, "1500.000"), (0.0, "0.000"), (-0.0, "0.000")],
)
def test_a_price_has_three_places_whatever_the_currency(amount: float, text: str) -> None:
    assert money_text(Money(amount)) == text


def test_a_price_that_is_missing_is_an_empty_cell() -> None:
    assert money_text(None) == ""


@pytest.mark.parametrize(
    ("unit", "value", "text"),
    [
        ("KG", 1.25, "1250 g"),
        ("KG", 0.0, "0 g"),
        ("KG", 0.0012, "1.2 g"),
        ("KG", 0.1 + 0.2, "300 g"),
        ("KG", 1e-7, "0 g"),
        ("G", 12.0, "12 g"),
        ("G", 333.3, "333.3 g"),
        ("G", 0.1, "0.1 g"),
        ("G", 0.0005, "0 g"),
        ("G", 100.0, "100 g"),
        ("LB", 1.0, "453.592 g"),
        ("OZ", 1.0, "28.35 g"),
        ("OZ", 0.001, "0.028 g"),
        ("TONNE", 0.5, "500000 g"),
        ("TONNE", 1e11, "100000000000000000 g"),
    ],
)
def test_a_weight_is_in_grams_to_a_thousandth_whatever_the_unit(
    unit: Any, value: float, text: str
) -> None:
    assert weight_text(Weight(unit, value)) == text


@given(st.integers(0, 10**9))
def test_a_weight_in_grams_of_three_places_is_written_as_it_is(milligrams: int) -> None:
    text = weight_text(Weight("G", milligrams / 1000)).removesuffix(" g")
    assert float(text) == milligrams / 1000
    assert not ("." in text and text.endswith("0"))


@pytest.mark.parametrize(
    ("url", "text"),
    [
        ("https://m.example/a b.png", "https://m.example/a%20b.png"),
        ("https://m.example/größe.png", "https://m.example/gr%C3%B6%C3%9Fe.png"),
        ("https://m.example/t%C3%A9st%20file.pdf", "https://m.example/t%C3%A9st%20file.pdf"),
        ("https://m.example/a,b&c=d+e@f;g.png", "https://m.example/a,b&c=d+e@f;g.png"),
    ],
)
def test_a_url_has_blanks_and_other_letters_encoded_and_nothing_else(url: str, text: str) -> None:
    assert url_text(url) == text


@given(st.lists(st.text(max_size=5)))
def test_the_order_of_values_and_their_repetition_change_nothing(values: list[str]) -> None:
    assert set_text(values) == set_text([*reversed(values), *values])


def test_values_are_sorted_by_code_point() -> None:
    assert set_text(["b", "a", "B", "ä", "a"]) == "B, a, b, ä"


@pytest.mark.parametrize(
    ("input_type", "value", "text"),
    [
        ("DROPDOWN", make_value("Red"), "Red"),
        ("MULTISELECT", make_value("Red, dark"), "Red, dark"),
        ("SINGLE_REFERENCE", make_value("Kessel", reference=encode_global_id("Page", 3)), "Kessel"),
        ("REFERENCE", make_value("Kessel", reference=encode_global_id("Page", 3)), "Page_3"),
        ("PLAIN_TEXT", make_value("Made in", plainText="Made in small batches"), "Made in"),
        (
            "RICH_TEXT",
            make_value(
                "x", richText=json.dumps({"blocks": [{"data": {"text": "<b>a</b> &amp; b"}}]})
            ),
            "a &amp; b",
        ),
        ("RICH_TEXT", make_value("x"), ""),
        (
            "FILE",
            make_value("x", file={"url": "https://m.example/a b.pdf"}),
            "https://m.example/a%20b.pdf",
        ),
        ("FILE", make_value("nofile"), ""),
        ("SWATCH", make_value("Red", value="#ff0000"), "#ff0000"),
        (
            "SWATCH",
            make_value("Oak", file={"url": "https://m.example/oak.png"}),
            "https://m.example/oak.png",
        ),
        ("BOOLEAN", make_value("Yes", boolean=True), "True"),
        ("BOOLEAN", make_value("No", boolean=False), "False"),
        ("DATE", make_value("x", date="2023-02-01"), "2023-02-01"),
        (
            "DATE_TIME",
            make_value("x", dateTime="2023-02-01T10:00:00+00:00"),
            "2023-02-01 10:00:00+00:00",
        ),
        ("NUMERIC", make_value("12.50"), "12.50"),
    ],
)
def test_the_input_type_decides_the_text_of_a_value(
    input_type: str, value: dict[str, Any], text: str
) -> None:
    assert text_of(input_type, value) == text


@pytest.mark.parametrize(
    ("unit", "text"), [("KG", "12.50 kg"), ("SQ_CM", "12.50 sq_cm"), (None, "12.50")]
)
def test_a_number_is_as_typed_and_has_its_unit(unit: str | None, text: str) -> None:
    assert text_of("NUMERIC", make_value("12.50"), unit) == text


def test_a_value_without_a_name_is_known_by_its_slug() -> None:
    assert text_of("DROPDOWN", make_value("", slug="red")) == "red"
