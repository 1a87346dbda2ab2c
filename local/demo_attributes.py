"""The values of attributes in the demo catalogue, by input type."""

from __future__ import annotations

import random
from datetime import timedelta
from typing import Final

from chalicelib.domain.global_id import encode_global_id
from local import demo_words as words
from local.demo_nodes import MEDIA, OPENED, Node, referred, rich_text

_EMPTY_VALUE: Final[Node] = {
    "value": "",
    "reference": None,
    "file": None,
    "richText": None,
    "plainText": None,
    "boolean": None,
    "date": None,
    "dateTime": None,
    "externalReference": None,
}
_PLACES: Final = {attribute[0]: place for place, attribute in enumerate(words.ATTRIBUTES)}
_INPUT_TYPES: Final = {
    slug: (input_type, entity, unit) for slug, _, input_type, entity, unit in words.ATTRIBUTES
}
_COLOURS: Final = dict(words.COLOURS)


def _choice(slug: str, place: int, name: str) -> Node:
    """Return a value that many products share. Its id is below those of values of one product."""
    key = encode_global_id("AttributeValue", 100 * _PLACES[slug] + place)
    return {
        "id": key,
        "name": name,
        "slug": name.lower().replace(" ", "-"),
        "value": _COLOURS.get(name, ""),
    }


_CHOICES: Final = {
    slug: [_choice(slug, place, name) for place, name in enumerate(names)]
    for slug, names in words.CHOICES.items()
}


def assign(slug: str, number: int, chance: random.Random) -> Node:
    """Return an attribute with its values, for the product or variant of this number."""
    input_type, entity_type, unit = _INPUT_TYPES[slug]
    attribute = {
        **referred("Attribute", slug),
        "inputType": input_type,
        "entityType": entity_type,
        "unit": unit,
    }
    alone = {
        "id": encode_global_id("AttributeValue", number * 100 + _PLACES[slug]),
        "slug": f"{slug}-{number}",
        "inputType": input_type,
        **_EMPTY_VALUE,
    }
    values = [alone | value for value in _values(slug, input_type, number, chance)]
    return {"attribute": attribute, "values": values}


def _values(slug: str, input_type: str, number: int, chance: random.Random) -> list[Node]:
    """Return the fields in which the values differ from an empty value of one product."""
    match input_type:
        case "DROPDOWN" | "SWATCH":
            return [chance.choice(_CHOICES[slug])]
        case "MULTISELECT":
            return chance.sample(_CHOICES[slug], chance.randrange(0, 4))
        case "SINGLE_REFERENCE":
            place = number % len(words.BRANDS)
            return [_reference(number, "Page", place + 1, words.BRANDS[place])]
        case "REFERENCE":
            other = max(101, number - chance.randrange(1, 90))
            return [_reference(number, "Product", other, f"Product {other}")]
        case "FILE":
            url = f"{MEDIA}/manuals/manual%20{number}.pdf"
            file = {"url": url, "contentType": "application/pdf"}
            return [{"name": f"manual {number}.pdf", "file": file}]
        case "NUMERIC":
            return [{"name": chance.choice(words.NUMBERS[slug])}]
    return [_typed(input_type, number, chance)]


def _reference(number: int, type_name: str, other: int, name: str) -> Node:
    reference = encode_global_id(type_name, other)
    return {"name": name, "slug": f"{number}_{other}", "reference": reference}


def _typed(input_type: str, number: int, chance: random.Random) -> Node:
    moment = OPENED + timedelta(days=number % 700, seconds=number % 86_400)
    match input_type:
        case "RICH_TEXT":
            text = chance.choice(words.NOTES)
            points = chance.sample(words.CARE, chance.randrange(0, 3))
            return {"name": text[:40], "richText": rich_text(f"<b>{text}</b>", points)}
        case "PLAIN_TEXT":
            text = chance.choice(words.NOTES)
            return {"name": text[:40], "plainText": text}
        case "BOOLEAN":
            return {"name": "Yes" if number % 2 else "No", "boolean": bool(number % 2)}
        case "DATE":
            return {"name": f"{moment:%Y-%m-%d}", "date": f"{moment:%Y-%m-%d}"}
    return {"name": str(moment), "dateTime": moment.isoformat()}
