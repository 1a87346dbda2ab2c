"""The page's modules have no text of their own: every text is in a catalogue."""

from __future__ import annotations

import re
from importlib.resources import files

import pytest

from chalicelib.exports.registry import EXPORT_TYPES
from tests.unit.api.schema_inputs import SCHEMA

WEB = {
    file.name.removesuffix(".js"): file.read_text("utf-8")
    for file in files("chalicelib").joinpath("web").iterdir()
    if file.name.endswith(".js")
}
VENDORED = {"preact", "uplot"}
CATALOGUES = {name for name in WEB if re.search(r"(^|-)(texts|types)(-de)?$", name)}
# The names of the page and of a checksum are the same in every language.
NAMES = {"Waybill", "SHA-256"}
TEXT = r"[^<>${}`\"]*[A-Za-z]{2}[^<>${}`\"]*"
SPOKEN = "aria-label|title|placeholder|alt|label|text|hint|legend"


def literal_texts(source: str) -> set[str]:
    """Return the texts in the templates of a module: between tags, and in attributes for people."""
    templates = "\n".join(re.findall(r"html`(?:[^`]|`(?=[^`]*`))*`", source))
    between = re.findall(rf"(?<!=)>({TEXT})[<$]", templates)
    attributes = re.findall(rf'\b(?:{SPOKEN})="({TEXT})"', source)
    return {text.strip() for text in (*between, *attributes) if text.strip()} - NAMES


def test_literal_texts_are_found_in_templates() -> None:
    source = 'html`<p title="A tip">Say ${name}<b>more</b></p>`; const x = (a) => b < "cc";'
    assert literal_texts(source) == {"A tip", "Say", "more"}


@pytest.mark.parametrize("name", sorted(WEB.keys() - VENDORED - CATALOGUES))
def test_a_module_has_no_text_outside_the_catalogues(name: str) -> None:
    assert literal_texts(WEB[name]) == set()


@pytest.mark.parametrize("name", EXPORT_TYPES)
def test_the_page_names_columns_as_the_headers_of_files_do(name: str) -> None:
    [entry] = re.findall(rf"\n  {name}: \{{(.*?)\n  }},", WEB["export-types"], re.DOTALL)
    names = dict(re.findall(r'\n        "?([\w.]+)"?: "([^"]*)"', entry))
    columns = EXPORT_TYPES[name].column_keys.fixed
    spoken = {key: one.spoken.text for key, one in columns.items() if one.spoken}
    # The picker tells the two descriptions apart.
    assert names.pop("product.description", None) in (None, "Description as stored")
    assert names
    assert names == {key: spoken[key] for key in names}


def test_the_german_page_names_columns_as_german_headers_do() -> None:
    for name, one in EXPORT_TYPES.items():
        [entry] = re.findall(rf"\n  {name}: \{{(.*?)\n  }},", WEB["type-texts-de"], re.DOTALL)
        names = dict(re.findall(r'\n        "?([\w.]+)"?: "([^"]*)"', entry))
        names.pop("product.description", None)
        columns = one.column_keys.fixed
        spoken = {key: columns[key].spoken for key in names}
        written = {
            key: text.write(with_name=True, language="de") for key, text in spoken.items() if text
        }
        assert names == written


@pytest.mark.parametrize(("catalogue", "language"), [("", "en"), ("-de", "de")])
def test_the_page_names_columns_of_records_as_the_headers_of_files_do(
    catalogue: str, language: str
) -> None:
    texts = WEB[f"column-texts{catalogue}"]
    named = re.findall(r'"([\w.]+)": \(name\) => `?([^`,]*)', texts)
    record = {"id": "Q2hhbm5lbDox", "slug": "eu", "name": "Europe", "input_type": "PLAIN_TEXT"}
    families = EXPORT_TYPES["products"].column_keys.families
    for prefix, text in named:
        spoken = families[prefix].make(record | {"of_products": True}).spoken
        assert spoken
        written = spoken.write(with_name=True, language=language)
        assert written == re.sub(r"^name$|\$\{name\}", "Europe", text)
    assert len(named) > 10


@pytest.mark.parametrize("catalogue", ["texts", "texts-de"])
@pytest.mark.parametrize(
    ("shown", "enum"),
    [("facts", "ExportFactsEnum"), ("events", "ExportEventsEnum"), ("fileTypes", "FileTypesEnum")],
)
def test_each_value_that_the_page_shows_has_a_word(catalogue: str, shown: str, enum: str) -> None:
    named = re.findall(rf"\b{shown}: \{{([^{{}}]*)\}}", WEB[catalogue])
    words = {word for part in named for word in re.findall(r"\b([A-Z_]+): ", part)}
    assert words >= set(SCHEMA.type_map[enum].values)  # type: ignore[attr-defined]
