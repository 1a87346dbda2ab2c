"""The words of the demo shop: names of products, attributes and people."""

from __future__ import annotations

from typing import Final

MATERIALS: Final = (
    "Linen",
    "Merino",
    "Oak",
    "Stoneware",
    "Organic Cotton",
    "Brass",
    "Recycled Wool",
    "Bamboo",
    "Cork",
)
STYLES: Final = (
    "Harbour",
    "Meadow",
    "Nordic",
    "Atlas",
    "Juniper",
    "Café",
    "Ölmühle",
    "Fjord",
    "Sakura 桜",
    "Piñata",
)
CARE: Final = (
    "Wash cold",
    "Hand wash",
    "Dry flat",
    "No bleach",
    'Iron "low"',
    "Wipe clean, dry well",
)
FLAVOURS: Final = (
    "Vanilla",
    "Bergamot",
    "Sea salt",
    "Crème brûlée",
    "Yuzu 柚子",
    "Rhubarb & ginger",
)
COLOURS: Final = (
    ("Ink", "#1c2a3a"),
    ("Moss", "#5a6b3c"),
    ("Clay", "#b5651d"),
    ("Chalk", "#f2efe6"),
    ("Plum", "#5e2a4e"),
    ("Sky", "#8fb8de"),
)
SIZES: Final = ("XS", "S", "M", "L", "XL")
VOLUMES: Final = ("250 ml", "500 ml", "1 l", "2.5 l")
NUMBERS: Final = {
    "pages": ("48", "96", "120", "320"),
    "diameter": ("9", "14.5", "22.75", "30.0"),
    "store-at": ("-18", "4", "20"),
}
BRANDS: Final = (
    "Kessel & Sohn",
    "Maison Ondine",
    "Tidewater Goods",
    "山田工房",
    "O'Malley's",
    'The "Other" Shop',
)
NOTES: Final = (
    "Made in small batches.",
    'Looks best where it is used: the "kitchen test".',
    "Two sizes, one pattern,\nno seams.",
    "=SUM is not a price; this note starts like a formula",
    "+ comes with a spare part",
    "Lovely 🌿 and kind to the planet",
    "Größe fällt klein aus; bitte eine Nummer größer bestellen.",
)
ADJECTIVES: Final = (
    "Everyday",
    "Heavy",
    "Little",
    "Quiet",
    "Classic",
    "Folding",
    "Weekend",
    "Garden",
    "Studio",
)
TAGS: Final = ("christmas", "staff, thanks", "refund", "loyalty", "giveaway")
PEOPLE: Final = ("ada", "björn", "chen", "dolores", "émile", "fatima", "goran", "hana")

# (slug, name, nouns, what one of its kind weighs in kg, slugs of the attributes of products, of
# variants)
PRODUCT_TYPES: Final = (
    (
        "apparel",
        "Apparel",
        ("Shirt", "Scarf", "Jacket", "Apron"),
        0.4,
        ("material", "care", "story"),
        ("size", "colour"),
    ),
    (
        "kitchen",
        "Kitchen",
        ("Bowl", "Teapot", "Board", "Jug"),
        1.2,
        ("material", "dishwasher-safe", "diameter", "manual"),
        ("volume",),
    ),
    (
        "pantry",
        "Pantry",
        ("Honey", "Tea", "Jam", "Biscuits"),
        0.5,
        ("flavour", "best-before", "store-at", "note"),
        ("volume",),
    ),
    (
        "paper",
        "Paper goods",
        ("Notebook", "Print", "Calendar"),
        0.3,
        ("story", "released", "pages"),
        ("colour",),
    ),
    ("gift", "Gifts", ("Gift box", "Voucher card"), 0.8, ("goes-with", "note"), ()),
)
COMMON_ATTRIBUTES: Final = ("brand",)

# (slug, name, input type, entity type, unit)
ATTRIBUTES: Final = (
    ("material", "Material", "DROPDOWN", None, None),
    ("care", "Care", "MULTISELECT", None, None),
    ("flavour", "Flavour", "DROPDOWN", None, None),
    ("brand", "Brand", "SINGLE_REFERENCE", "PAGE", None),
    ("story", "Story", "RICH_TEXT", None, None),
    ("note", "Note", "PLAIN_TEXT", None, None),
    ("manual", "Manual", "FILE", None, None),
    ("goes-with", "Goes with", "REFERENCE", "PRODUCT", None),
    ("pages", "Pages", "NUMERIC", None, None),
    ("diameter", "Diameter", "NUMERIC", None, "CM"),
    ("store-at", "Store at, in °C", "NUMERIC", None, None),
    ("dishwasher-safe", "Dishwasher safe", "BOOLEAN", None, None),
    ("best-before", "Best before", "DATE", None, None),
    ("released", "Released", "DATE_TIME", None, None),
    ("size", "Size", "DROPDOWN", None, None),
    ("colour", "Colour", "SWATCH", None, None),
    ("volume", "Volume", "DROPDOWN", None, None),
)
CHOICES: Final = {
    "material": MATERIALS,
    "care": CARE,
    "flavour": FLAVOURS,
    "size": SIZES,
    "volume": VOLUMES,
    "colour": tuple(name for name, _ in COLOURS),
}

# (slug, name, slug of its parent)
CATEGORIES: Final = (
    ("home", "Home", None),
    ("tableware", "Tableware", "home"),
    ("bowls", "Bowls & jugs", "tableware"),
    ("stationery", "Stationery", "home"),
    ("wardrobe", "Wardrobe", None),
    ("outdoor", "Outdoor", "wardrobe"),
    ("larder", "Larder", None),
    ("tea", "Tea, honey", "larder"),
    ("presents", "Presents", None),
)
COLLECTIONS: Final = (
    ("new-in", "New in"),
    ("best-sellers", "Best sellers"),
    ("last-chance", "Last chance, half price"),
)
# (slug, name, currency, digits after the point, price of a unit of the shop's own)
CHANNELS: Final = (
    ("web-eu", "Web shop Europe", "EUR", 2, 1.0),
    ("web-us", "Web shop US", "USD", 2, 1.1),
    ("tokyo", "Tokyo 東京", "JPY", 0, 165.0),
)
WAREHOUSES: Final = (
    ("rotterdam", "Rotterdam", "NL"),
    ("ohio", "Columbus, Ohio", "US"),
    ("osaka", "Osaka 大阪", "JP"),
)
