"""The demo shop's page: install Waybill, change a price, rename a category, delete a product."""

from __future__ import annotations

from html import escape
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import parse_qs

if TYPE_CHECKING:
    from local.demo_shop.server import ShopServer

PRODUCTS_SHOWN: Final = 12
_STYLE: Final = (
    "body{font:16px/1.5 system-ui,sans-serif;max-width:960px;margin:32px auto;padding:0 16px;"
    "color:#1c1f24}table{border-collapse:collapse;width:100%}td,th{text-align:left;padding:6px 8px;"
    "border-bottom:1px solid #dde1e6}form{display:inline}"
    "input{font:inherit;padding:4px 8px;width:9em}"
    "button{font:inherit;padding:4px 12px}.quiet{color:#5b6470}"
)


def show_page(server: ShopServer) -> str:
    """Return the page as HTML."""
    shop = server.shop
    products = "".join(map(_product, shop.all("products")[:PRODUCTS_SHOWN]))
    categories = "".join(map(_category, shop.all("categories")))
    return (
        f'<!doctype html><html lang="en"><meta charset="utf-8"><title>{escape(shop.shop["name"])}'
        f"</title><style>{_STYLE}</style><h1>{escape(shop.shop['name'])}</h1>"
        f'<p class="quiet">A demo shop on Saleor. {len(shop.all("products")):,} products. '
        f"Waybill has asked it {server.requests:,} times. {_installation(server)}</p>"
        f"<h2>Products</h2><table><tr><th>Name<th>Price<th>Stock<th></tr>{products}</table>"
        f"<h2>Categories</h2><table>{categories}</table></html>"
    )


def _installation(server: ShopServer) -> str:
    if server.app is None:
        return "Waybill is not installed."
    problems = "".join(f"<li>{escape(one['message'])}</li>" for one in server.app.problems)
    return f"Waybill is installed.{f'<ul>{problems}</ul>' if problems else ''}"


def _product(product: dict[str, Any]) -> str:
    variant = (product["variants"] or [{}])[0]
    listings, stocks = variant.get("channelListings") or [], variant.get("stocks") or []
    price = listings[0]["price"]["amount"] if listings and listings[0]["price"] else ""
    stock = stocks[0]["quantity"] if stocks else ""
    return (
        f"<tr><td>{escape(product['name'])}<td>{_form('price', product['id'], price)}"
        f"<td>{_form('stock', product['id'], stock)}<td>{_form('delete', product['id'], None)}</tr>"
    )


def _category(category: dict[str, Any]) -> str:
    return f"<tr><td>{_form('category', category['id'], category['name'])}</tr>"


def _form(what: str, id: str, value: Any) -> str:
    """Return a form with one field and a button, or a button alone where there is no value."""
    field = f'<input name="value" aria-label="{what}" value="{escape(str(value))}">'
    label = "Delete" if value is None else "Save"
    return (
        f'<form method="post" action="/change"><input type="hidden" name="what" value="{what}">'
        f'<input type="hidden" name="id" value="{escape(id)}">{"" if value is None else field} '
        f"<button>{label}</button></form>"
    )


def change(server: ShopServer, body: str) -> None:
    """Make the change that a form of the page asks for."""
    given = {name: values[0] for name, values in parse_qs(body).items()}
    record, value, shop = given["id"], given.get("value", ""), server.shop
    match given["what"]:
        case "price":
            shop.set_price(record, float(value))
        case "stock":
            shop.set_stock(record, int(value))
        case "category":
            slug = "-".join(value.lower().split())
            shop.rename("categories", record, name=value, slug=slug)
        case "delete":
            shop.delete_product(record)
