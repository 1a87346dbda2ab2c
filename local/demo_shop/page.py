"""The demo shop's page: change a price, rename a category, delete a product, switch the app."""

from __future__ import annotations

from collections.abc import Mapping
from html import escape
from itertools import islice
from typing import Any, Final

from local.demo_shop.data import Node
from local.demo_shop.served import ServedShop

PRODUCTS_SHOWN: Final = 10
DELIVERIES_SHOWN: Final = 5
_STYLE: Final = (
    "body{font:16px/1.5 system-ui,sans-serif;max-width:60rem;margin:2rem auto;padding:0 1rem;"
    "color:#172222;background:#f5f7f7}section{background:#fff;border:1px solid #d6dede;"
    "border-radius:.6rem;padding:.5rem 1.25rem 1.25rem;margin:1rem 0}h1{margin-bottom:0}"
    "h2{font-size:1.1rem}table{border-collapse:collapse;width:100%}td,th{text-align:left;"
    "padding:.35rem .5rem;border-top:1px solid #e5eaea}th{border:0}"
    "form,.row{display:inline-flex;gap:.4rem}"
    "input{font:inherit;padding:.2rem .5rem;width:6rem;border:1px solid #9fb0b0;"
    "border-radius:.3rem}td.wide input{width:16rem}button,.button{font:inherit;"
    "padding:.25rem .8rem;border:1px solid #0b6e6e;border-radius:.3rem;background:#fff;"
    "color:#0b6e6e;cursor:pointer;text-decoration:none}.main{background:#0b6e6e;color:#fff}"
    ".quiet{color:#4d5f5f}.notice{background:#e2f1ee;border-radius:.4rem;padding:.5rem 1rem}"
)


def show_page(server: ServedShop) -> str:
    """Return the page as HTML. A notice is shown once."""
    name = escape(server.shop.shop["name"])
    notice = f'<p class="notice" role="status">{escape(server.notice)}</p>' if server.notice else ""
    server.notice = ""
    return (
        f'<!doctype html><html lang="en"><meta charset="utf-8"><title>{name}: demo shop</title>'
        f'<meta name="viewport" content="width=device-width"><style>{_STYLE}</style>'
        f'<h1>{name}</h1><p class="quiet">A demo shop on Saleor with '
        f"{len(server.shop.all('products')):,} products. Change something, then export: "
        f"the file has the change.</p>{notice}{_app(server)}{_products(server)}"
        f"{_categories(server)}{_deliveries(server)}</html>"
    )


def _app(server: ServedShop) -> str:
    if server.app is None:
        return _section(
            "Waybill", f"<p>Waybill is not installed.</p>{_button('install', 'Install')}"
        )
    problems = "".join(f"<li>{escape(one['message'])}</li>" for one in server.app.problems)
    switch = _button("off", "Switch off") if server.app.is_active else _button("on", "Switch on")
    return _section(
        "Waybill",
        f'<div class="row"><a class="button main" href="/export">Export in Waybill</a>'
        f'<a class="button" href="/dashboard/products">Open the dashboard</a>{switch}'
        f"{_button('remove', 'Remove the app')}</div><ul>{problems}</ul>"
        f'<p class="quiet">Waybill has asked the shop {server.requests:,} times.</p>',
    )


def _products(server: ServedShop) -> str:
    shown = islice(filter(_is_sold, server.shop.all("products")), PRODUCTS_SHOWN)
    head = "<tr><th>Product<th>SKU<th>Price<th>Stock<th></tr>"
    return _section("Products", f"<table>{head}{''.join(map(_product, shown))}</table>")


def _is_sold(product: Node) -> bool:
    """Return whether the first variant has a price and a stock to change."""
    first = (product["variants"] or [{}])[0]
    listings = first.get("channelListings") or [{}]
    return bool(listings[0].get("price") and first.get("stocks"))


def _product(product: Node) -> str:
    first = product["variants"][0]
    price, stock = first["channelListings"][0]["price"]["amount"], first["stocks"][0]["quantity"]
    cells = (
        escape(product["name"]),
        escape(str(first["sku"] or "")),
        _field("price", product["id"], price),
        _field("stock", product["id"], stock),
        _button("delete", "Delete", product["id"]),
    )
    return f"<tr><td>{'<td>'.join(cells)}</tr>"


def _categories(server: ServedShop) -> str:
    fields = (_field("category", one["id"], one["name"]) for one in server.shop.all("categories"))
    rows = "".join(f'<tr><td class="wide">{field}</tr>' for field in fields)
    return _section("Categories", f"<table>{rows}</table>")


def _deliveries(server: ServedShop) -> str:
    latest = list(server.sent.latest)[: -DELIVERIES_SHOWN - 1 : -1]
    rows = "".join(
        f"<tr><td>{escape(event)}<td>{status or 'lost'}</tr>" for event, status in latest
    )
    empty = '<p class="quiet">None yet.</p>'
    return _section("Latest webhooks", f"<table>{rows}</table>" if rows else empty)


def _section(title: str, content: str) -> str:
    return f"<section><h2>{title}</h2>{content}</section>"


def _field(what: str, id: str, value: Any) -> str:
    text = f'<input name="value" aria-label="{what}" value="{escape(str(value))}">'
    return _form(what, id, f"{text} <button>Save</button>")


def _button(what: str, label: str, id: str = "") -> str:
    return _form(what, id, f"<button>{label}</button>")


def _form(what: str, id: str, content: str) -> str:
    return (
        f'<form method="post" action="/change"><input type="hidden" name="what" value="{what}">'
        f'<input type="hidden" name="id" value="{escape(id)}">{content}</form>'
    )


def change(server: ServedShop, given: Mapping[str, str]) -> None:
    """Make the change that a form of the page asks for, and note how it went."""
    try:
        server.notice = _change(server, given["what"], given.get("id", ""), given.get("value", ""))
    except (KeyError, ValueError) as error:
        server.notice = f"Nothing was changed: {error}"


def _change(server: ServedShop, what: str, record: str, value: str) -> str:
    shop = server.shop
    match what:
        case "price":
            shop.set_price(record, float(value))
        case "stock":
            shop.set_stock(record, int(value))
        case "category":
            shop.rename("categories", record, name=value, slug="-".join(value.lower().split()))
        case "delete":
            shop.delete_product(record)
        case "name":
            shop.rename_product(record, value)
        case _:
            return _change_app(server, what)
    return "Saved. Export in Waybill to see it in the file."


def _change_app(server: ServedShop, what: str) -> str:
    match what:
        case "install":
            return server.install(f"{server.waybill_url}/saleor/manifest")
        case "on" | "off":
            server.switch(on=what == "on")
        case "remove":
            server.remove_app()
        case _:
            raise ValueError(f"{what} is not a change")
    return "The app was changed."
