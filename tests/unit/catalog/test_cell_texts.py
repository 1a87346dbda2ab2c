from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.catalog.cell_texts import (
    attribute_value_text,
    date_time_text,
    decimal_text,
    set_text,
    url_text,
    weight_text,
)
from chalicelib.domain.global_id import encode_global_id
from tests.factories import make_value


def text_of(input_type: str, value: dict[str, Any], unit: str | None = None) -> str:
    return attribute_value_text({"inputType": input_type, "unit": unit}, value)


@pytest.mark.parametrize(
    ("value", "text"),
    [
        ("2023-03-04T03:06:00.123456+00:00", "2023-03-04 03:06:00.123456+00:00"),
        ("2023-03-04T03:06:00+00:00", "2023-03-04 03:06:00+00:00"),
        ("2023-03-04T03:06:00+02:00", "2023-03-04 01:06:00+00:00"),
        (None, ""),
    ],
)
def test_a_time_is_in_utc_and_has_a_fraction_only_when_there_is_one(
    value: str | None, text: str
) -> None:
    assert date_time_text(value) == text


@pytest.mark.parametrize(
    ("money", "text"),
    [
        ({"amount": 10.0}, "10.000"),
        ({"amount": 4.19}, "4.190"),
        ({"amount": 1500}, "1500.000"),
        ({"amount": 0.0}, "0.000"),
        ({"amount": None}, ""),
        (None, ""),
    ],
)
def test_a_price_has_three_places_whatever_the_currency(
    money: dict[str, Any] | None, text: str
) -> None:
    assert decimal_text(money) == text


@pytest.mark.parametrize(
    ("weight", "text"),
    [
        ({"unit": "KG", "value": 1.25}, "1250 g"),
        ({"unit": "KG", "value": 0.0}, "0 g"),
        ({"unit": "KG", "value": 0.0012}, "1 g"),
        ({"unit": "G", "value": 12.0}, "12 g"),
        ({"unit": "LB", "value": 1.0}, "454 g"),
        ({"unit": "OZ", "value": 1.0}, "28 g"),
        ({"unit": "TONNE", "value": 0.5}, "500000 g"),
        (None, ""),
    ],
)
def test_a_weight_is_in_whole_grams_whatever_the_unit(
    weight: dict[str, Any] | None, text: str
) -> None:
    assert weight_text(weight) == text


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
        ("SOMETHING_NEW", make_value("Red"), "Red"),
    ],
)
def test_the_input_type_decides_what_stands_for_a_value(
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
