"""The templates of products that every shop has, in the shop's own channels and warehouses."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from chalicelib.catalog import kinds
from chalicelib.catalog.dictionaries import Dictionaries
from chalicelib.domain.file_options import Layout, LayoutOptions
from chalicelib.domain.request import ExportRequest
from chalicelib.exports.export_type import BuiltInTemplate
from chalicelib.exports.product_keys import PRODUCT_KEYS
from chalicelib.formats.registry import FileType

_WHICH_VARIANT: Final = ("product.name", "variant.name", "variant.sku")
# Under the layout for people, `product.description` is plain text already. Saleor leaves the other
# column empty.
_LEFT_OUT: Final = frozenset({"product.description.text", "product.charge_taxes"})


def _all_products(keys: Iterable[str]) -> ExportRequest:
    """Return the request for a workbook of all products with these columns."""
    return ExportRequest(
        export_type="products",
        parameters={"columns": [{"key": key} for key in keys]},
        file_type=FileType.XLSX,
        layout=LayoutOptions(layout=Layout.PEOPLE),
    )


def _price_list(dictionaries: Dictionaries) -> ExportRequest:
    channels = [channel["slug"] for channel in dictionaries.all(kinds.CHANNELS)]
    prices = (
        f"{family}.{slug}" for slug in channels for family in ("variant.price", "variant.currency")
    )
    return _all_products([*_WHICH_VARIANT, *prices])


def _stock_count(dictionaries: Dictionaries) -> ExportRequest:
    stocks = (f"variant.stock.{place['slug']}" for place in dictionaries.all(kinds.WAREHOUSES))
    return _all_products([*_WHICH_VARIANT, *stocks, "variant.stock.total"])


def _everything(dictionaries: Dictionaries) -> ExportRequest:
    return _all_products(key for key, _ in PRODUCT_KEYS.list(dictionaries) if key not in _LEFT_OUT)


PRODUCT_TEMPLATES: Final = (
    BuiltInTemplate(id="price-list", name="Price list", make_request=_price_list),
    BuiltInTemplate(id="stock-count", name="Stock count", make_request=_stock_count),
    BuiltInTemplate(id="everything", name="Everything", make_request=_everything),
)
