"""The headers of files for people in German, by their English. The page names columns the same."""

from __future__ import annotations

from typing import Final

_OF_PRODUCTS: Final = {
    "Product ID": "Produkt-ID",
    "Product name": "Produktname",
    "Slug": "URL-Name",
    "Description": "Beschreibung",
    "Product type": "Produkttyp",
    "Category": "Kategorie",
    "Collections": "Kollektionen",
    "Product weight": "Produktgewicht",
    "Charge taxes": "Steuerpflichtig",
    "Product images": "Produktbilder",
    "SEO title": "SEO-Titel",
    "SEO description": "SEO-Beschreibung",
    "Rating": "Bewertung",
    "Created": "Erstellt",
    "Last changed": "Zuletzt geändert",
    "Tax class": "Steuerklasse",
    "External reference": "Externe Referenz",
    "Product name ({})": "Produktname ({})",
    "Slug ({})": "URL-Name ({})",
    "Description ({})": "Beschreibung ({})",
    "SEO title ({})": "SEO-Titel ({})",
    "SEO description ({})": "SEO-Beschreibung ({})",
}

_OF_VARIANTS: Final = {
    "Variant ID": "Varianten-ID",
    "Variant": "Variante",
    "SKU": "Artikelnummer",
    "Variant weight": "Variantengewicht",
    "Variant images": "Variantenbilder",
    "Variant created": "Variante erstellt",
    "Variant last changed": "Variante zuletzt geändert",
    "External reference of the variant": "Externe Referenz der Variante",
    "Total stock": "Gesamtbestand",
    "Stock: {}": "Bestand: {}",
    "{}": "{}",
    "{} (variant)": "{} (Variante)",
    "Variant ({})": "Variante ({})",
}

_OF_CHANNELS: Final = {
    "Product currency ({})": "Währung des Produkts ({})",
    "Published ({})": "Veröffentlicht ({})",
    "Publication date ({})": "Datum der Veröffentlichung ({})",
    "Published since ({})": "Veröffentlicht seit ({})",
    "In search results ({})": "In Suchergebnissen ({})",
    "Available from ({})": "Verfügbar ab ({})",
    "Price ({})": "Preis ({})",
    "Currency ({})": "Währung ({})",
    "Cost price ({})": "Einkaufspreis ({})",
    "Preorder limit ({})": "Vorbestellgrenze ({})",
}

_OF_CODES: Final = {
    "Code": "Code",
    "Initial balance": "Anfangsguthaben",
    "Current balance": "Aktuelles Guthaben",
    "Currency": "Währung",
    "Active": "Aktiv",
    "Expiry": "Läuft ab am",
    "Tags": "Schlagwörter",
    "Last used": "Zuletzt benutzt",
    "Product": "Produkt",
    "Voucher": "Gutschein",
    "Used": "Benutzt",
    "Uses left": "Verbleibend",
}

_OF_NOTES: Final = {
    "About": "Über die Datei",
    "Title": "Titel",
    "Content": "Inhalt",
    "Requested at": "Angefordert am",
    "Requested by": "Angefordert von",
    "Filter": "Filter",
    "Read at": "Gelesen am",
    "File": "Datei",
}

HEADERS: Final = {**_OF_PRODUCTS, **_OF_VARIANTS, **_OF_CHANNELS, **_OF_CODES, **_OF_NOTES}
