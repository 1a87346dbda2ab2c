"""The words of summaries in German, by their English: records, columns, and fields of filters."""

from __future__ import annotations

from typing import Final

_RECORDS: Final = {
    "product": "Produkt",
    "products": "Produkte",
    "gift card": "Geschenkkarte",
    "gift cards": "Geschenkkarten",
    # After "Alle".
    "unused gift cards": "unbenutzten Geschenkkarten",
    "voucher code": "Gutscheincode",
    "voucher codes": "Gutscheincodes",
    "All {label}": "Alle {label}",
    # With the number in front, the ending of "ausgewählt" would depend on the label.
    "{count:,} selected {label}": "{label}: {count:,} ausgewählt",
    "{label} matching {shown}": "{label} mit {shown}",
    "{label} of voucher {numbers}": "{label} des Gutscheins {numbers}",
    "{label} of vouchers {numbers}": "{label} der Gutscheine {numbers}",
    " and {more:,} more": " und {more:,} weitere",
    " and {more} more": " und {more} weitere",
    "yes": "ja",
    "no": "nein",
}

_COLUMNS: Final = {
    "{count:,} {noun}": "{count:,} {noun}",
    "column": "Spalte",
    "columns": "Spalten",
    "field": "Feld",
    "fields": "Felder",
    "attribute": "Attribut",
    "attributes": "Attribute",
    "warehouse": "Lager",
    "warehouses": "Lager",
    "channel": "Vertriebskanal",
    "channels": "Vertriebskanäle",
    "product types": "Produkttypen",
    "tax classes": "Steuerklassen",
    "attribute values": "Attributwerte",
    "vouchers": "Gutscheine",
}

_CONDITIONS: Final = {
    "search": "Suche",
    "categories": "Kategorien",
    "collections": "Kollektionen",
    "has category": "hat eine Kategorie",
    "published": "veröffentlicht",
    "published from": "veröffentlicht ab",
    "available for purchase": "zum Kauf verfügbar",
    "available from": "verfügbar ab",
    "is visible in listing": "sichtbar in Listen",
    "availability": "Bestand",
    "in stock": "auf Lager",
    "out of stock": "nicht auf Lager",
    "stocks": "Bestände",
    "warehouse ids": "Lager",
    "quantity": "Menge",
    "price": "Preis",
    "minimal price": "niedrigster Preis",
    "last changed": "zuletzt geändert",
    "ids": "IDs",
    "has preordered variants": "hat vorbestellte Varianten",
    "slugs": "URL-Namen",
    "named": "Namen",
    "active": "aktiv",
    "tags": "Schlagwörter",
    "used by": "benutzt von",
    "assigned to": "zugewiesen an",
    "used": "benutzt",
    "currency": "Währung",
    "current balance": "Guthaben",
    "initial balance": "Anfangsguthaben",
    "code": "Code",
    "created by email": "angelegt von",
    "metadata": "Metadaten",
    "key": "Schlüssel",
}

_VALUES: Final = {
    "from": "ab",
    "to": "bis",
    "is": "ist",
    "one of": "eines von",
    "range": "Bereich",
    "slug": "URL-Name",
    "name": "Name",
    "value": "Wert",
    "values": "Werte",
    "values range": "Wertebereich",
    "numeric": "Zahl",
    "date": "Datum",
    "date time": "Zeitpunkt",
    "boolean": "Ja oder Nein",
    "reference": "Verweis",
    "referenced ids": "IDs",
    "page slugs": "URL-Namen von Seiten",
    "product slugs": "URL-Namen von Produkten",
    "product variant skus": "Artikelnummern",
    "category slugs": "URL-Namen von Kategorien",
    "collection slugs": "URL-Namen von Kollektionen",
    "contains any": "enthält eines von",
    "contains all": "enthält alle von",
}

SUMMARY: Final = {**_RECORDS, **_COLUMNS, **_CONDITIONS, **_VALUES}
