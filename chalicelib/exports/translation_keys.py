"""The columns of translations: one for each language that the deployment reads from its shops."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from chalicelib.catalog import kinds
from chalicelib.catalog.rich_text import plain_text
from chalicelib.catalog.versions import WITH_TRANSLATIONS
from chalicelib.exports.column_keys import Family, Record
from chalicelib.exports.columns import (
    FACTS,
    NAME_WIDTH,
    TEXT_WIDTH,
    Column,
    Join,
    Level,
    Path,
    SpokenHeader,
)
from chalicelib.formats.cells import CellKind


def _languages(shop: Record) -> list[Record]:
    """Return the languages of a shop as records: they have a code and no names."""
    return [{"slug": code, "id": code} for code in shop.get("languages", ())]


def _texts(header: str, spoken: str, level: Level, path: Path, name: str, **given: Any) -> Family:
    def make(language: Record) -> Column:
        code = str(language["slug"])
        return Column(
            f"{header} ({code})",
            CellKind.TEXT,
            level,
            (*path, code, name),
            WITH_TRANSLATIONS,
            spoken=SpokenHeader.of(f"{spoken} ({{}})", language),
            **given,
        )

    return Family(make, kinds.SHOP, parts=_languages)


_OF_PRODUCT: Final = (FACTS, "translations")
# Before keys that are shorter: `product.description.text.de` also begins with a shorter family.
TRANSLATIONS: Final[Mapping[str, Family]] = {
    "product.name": _texts(
        "name", "Product name", Level.RECORD, _OF_PRODUCT, "name", width=NAME_WIDTH
    ),
    "product.slug": _texts("slug", "Slug", Level.RECORD, _OF_PRODUCT, "slug"),
    "product.description.text": _texts(
        "description text",
        "Description",
        Level.RECORD,
        _OF_PRODUCT,
        "description",
        join=Join(str, plain_text),
        width=TEXT_WIDTH,
    ),
    "product.description": _texts(
        "description",
        "Description",
        Level.RECORD,
        _OF_PRODUCT,
        "description",
        width=TEXT_WIDTH,
    ),
    "product.seo.title": _texts(
        "seo title", "SEO title", Level.RECORD, _OF_PRODUCT, "seo_title", width=NAME_WIDTH
    ),
    "product.seo.description": _texts(
        "seo description",
        "SEO description",
        Level.RECORD,
        _OF_PRODUCT,
        "seo_description",
        width=TEXT_WIDTH,
    ),
    "variant.name": _texts("variant name", "Variant", Level.ROW_FACT, ("translations",), "name"),
}
