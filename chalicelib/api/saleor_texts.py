"""The texts that Saleor links to from the page of the app: privacy and support."""

from __future__ import annotations

from html import escape
from typing import Final

PRIVACY: Final = """\
Privacy

Waybill exports the products, gift cards and voucher codes of your shop as files. Your
operator runs it in an AWS account of their own. No data goes to the authors of Waybill.

Waybill keeps a copy of your products: names, texts, attributes, prices, stock and metadata.
It also keeps the names of your categories, collections, channels, warehouses, product types
and attributes. It keeps the app's token, encrypted for your shop.

Waybill keeps no orders and no addresses of customers. Gift cards and voucher codes that you
export are in the file, and the file is deleted after the time that your operator has set,
30 days unless changed.

Waybill records who asked for an export and who downloaded its file: the id and e-mail
address of the member of staff.

When you delete the app in your dashboard, its token is deleted at once. The copy of your
products is deleted 7 days later, unless your operator has set another time."""

SUPPORT: Final = """\
Support

Ask the operator of this Waybill first: the person who gave you its address. The operator
sees why an export or an installation failed.

An installation that fails shows its reason in your dashboard. Delete the failed
installation there before you try again.

An export that fails shows its reason on the page of exports. "Retry" asks for it again.

If products are missing from a file or are out of date, compare the time on the page of
exports with the time of your change. Waybill reads changes within minutes. Your operator
can start a full reading with: python -m ops sync SHOP --full"""

_PAGE: Final = """<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width">
<title>Waybill: {title}</title>
<style>body{{font:16px/1.5 system-ui,sans-serif;max-width:40em;margin:2em auto}}</style>
<h1>{title}</h1>
{paragraphs}
</html>
"""


def html_of(text: str) -> str:
    """Return a page. The first paragraph of the text is its title."""
    title, *paragraphs = map(escape, text.split("\n\n"))
    return _PAGE.format(title=title, paragraphs="\n".join(f"<p>{one}</p>" for one in paragraphs))
