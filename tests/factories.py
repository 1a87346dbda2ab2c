"""Builders of what tests are about.

Requestors, requests, nodes as Saleor gives them, and a service made of fakes.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from itertools import count
from typing import Any

from chalicelib.catalog.documents import records_of
from chalicelib.domain.export_file import ExportFile
from chalicelib.domain.global_id import encode_global_id
from chalicelib.domain.request import ExportRequest
from chalicelib.domain.requestor import App, Requestor, User
from chalicelib.exports.registry import ALL_PERMISSIONS, EXPORT_TYPES, RECORD_MAKERS
from chalicelib.formats.cells import CellKind, CellSpec
from chalicelib.rendering.exporter import prepare
from chalicelib.services.requests.api_service import ApiService
from chalicelib.services.requests.request_export import request_export
from chalicelib.services.work.work_export import work_export
from chalicelib.services.work.worker import Worker
from chalicelib.settings import Settings
from tests.catalog_files import PRODUCT_TYPE, id_of
from tests.fake_catalog import FakeCatalogSource
from tests.fake_export_store import FakeExportFileStore
from tests.fake_template_store import FakeTemplateStore
from tests.fake_use_counter import FakeUseCounter
from tests.fakes import FakeClock, FakeEventBus, FakeFileStore, FakeMailer, FakeQueue
from tests.sync_fakes import FakeCodeFinder, FakeLiveFacts, FakeShopStore

Node = dict[str, Any]
PUBLIC_URL = "http://127.0.0.1:8000"
ANN = User(
    id=encode_global_id("User", 1), email="ann@shop.example", first_name="Ann", last_name="Lee"
)


def make_requestor(
    *permissions: str, shop: str = "default", user: User | None = ANN, app: App | None = None
) -> Requestor:
    """A user (or app) with these permissions, all of them when none are named."""
    return Requestor(
        shop=shop,
        user=None if app else user,
        app=app,
        permissions=frozenset(permissions or ALL_PERMISSIONS),
    )


def make_app(number: int = 1, name: str = "Robot") -> App:
    return App(id=encode_global_id("App", number), name=name)


def make_request(export_type: str = "products", **given: Any) -> ExportRequest:
    return ExportRequest(export_type=export_type, **given)


def make_cells(*kinds: CellKind) -> list[CellSpec]:
    """The cells of neighbouring columns of these kinds, from the first place of a row on."""
    return [CellSpec(place, f"column {place}", kind) for place, kind in enumerate(kinds)]


def make_value(name: str, **given: Any) -> Node:
    """The value of an attribute; `given` replaces what an ordinary choice has."""
    value: Node = dict.fromkeys(
        ("reference", "file", "richText", "plainText", "boolean", "date", "dateTime")
    )
    return {
        "id": "",
        "slug": name.lower().replace(" ", "-"),
        "name": name,
        "value": "",
        **value,
        **given,
    }


def make_assigned(
    slug: str, *values: Node, input_type: str = "DROPDOWN", unit: str | None = None
) -> Node:
    """An attribute with its values, as a product or variant has it."""
    attribute = {
        "id": id_of("Attribute", slug),
        "slug": slug,
        "inputType": input_type,
        "entityType": None,
        "unit": unit,
    }
    return {"attribute": attribute, "values": list(values)}


def make_variant(number: int, **given: Any) -> Node:
    """A variant node with nothing in it but its id and name."""
    return {
        "id": encode_global_id("ProductVariant", number),
        "name": f"Variant {number}",
        "sku": f"SKU-{number}",
        "weight": None,
        "media": [],
        "attributes": [],
        "stocks": [],
        "channelListings": [],
        "preorder": None,
        **given,
    }


def make_product(number: int, **given: Any) -> Node:
    """A product node with one variant; `given` replaces fields."""
    return {
        "id": encode_global_id("Product", number),
        "name": f"Product {number}",
        "slug": f"product-{number}",
        "description": None,
        "updatedAt": "2026-11-24T08:00:00+00:00",
        "weight": None,
        "productType": PRODUCT_TYPE,
        "category": None,
        "metadata": [],
        "collections": [],
        "media": [],
        "attributes": [],
        "channelListings": [],
        "variants": [make_variant(number * 10)],
        **given,
    }


def make_listing(channel: str, **given: Any) -> Node:
    """A product's listing in a channel: published, searchable, for sale."""
    return {
        "channel": {"id": id_of("Channel", channel), "currencyCode": "EUR"},
        "isPublished": True,
        "publishedAt": "2026-01-02T03:04:05+00:00",
        "visibleInListings": True,
        "availableForPurchaseAt": None,
        "discountedPrice": {"amount": 10.0, "currency": "EUR"},
        **given,
    }


def make_variant_listing(channel: str, price: float | None = 10.0, **given: Any) -> Node:
    """A variant's listing in a channel: a price and nothing else."""
    return {
        "channel": {"id": id_of("Channel", channel), "currencyCode": "EUR"},
        "price": None if price is None else {"amount": price, "currency": "EUR"},
        "costPrice": None,
        "preorderThreshold": {"quantity": None, "soldUnits": 0},
        **given,
    }


def make_attribute(
    number: int, slug: str, *, of_products: bool = True, of_variants: bool = False, **given: Any
) -> Node:
    """An attribute that some product type has, in these roles."""
    used: Node = {"edges": [{"node": {"id": encode_global_id("ProductType", 1), "slug": "simple"}}]}
    return {
        "id": id_of("Attribute", slug),
        "name": slug.title(),
        "slug": slug,
        "inputType": "DROPDOWN",
        "entityType": None,
        "unit": None,
        "productTypes": used if of_products else {"edges": []},
        "productVariantTypes": used if of_variants else {"edges": []},
        **given,
    }


def make_channel(number: int, slug: str, **given: Any) -> Node:
    """An active channel without warehouses."""
    made = {"id": id_of("Channel", slug), "name": slug.title(), "slug": slug}
    return {**made, "currencyCode": "EUR", "isActive": True, "warehouses": [], **given}


def make_gift_card(number: int, code: str, **given: Any) -> Node:
    """A gift card node that was never used."""
    nothing = dict.fromkeys(
        ("expiryDate", "lastUsedOn", "createdByEmail", "usedByEmail", "usedBy", "product")
    )
    money = {"amount": 10.0, "currency": "USD"}
    return {
        "id": encode_global_id("GiftCard", number),
        "code": code,
        "isActive": True,
        "tags": [],
        "initialBalance": money,
        "currentBalance": money,
        "metadata": [],
        **nothing,
        **given,
    }


def document_of(kind: str, node: Node) -> dict[str, Any]:
    """The document of a node that is one record."""
    (record,) = records_of(kind, node, RECORD_MAKERS)
    return record.document


def product_document(node: Node) -> dict[str, Any]:
    """The document of a product node."""
    return document_of("products", node)


def fill(source: FakeCatalogSource, kind: str, *nodes: Node, shop: str = "default") -> None:
    """Put nodes into a catalogue as the loader would."""
    for node in nodes:
        for record in records_of(kind, node, RECORD_MAKERS):
            source.add(record.kind, record.number, record.document, shop=shop)


def make_settings(**given: Any) -> Settings:
    """Return the settings of a deployment that knows its own address."""
    return Settings(**{"public_url": PUBLIC_URL, **given})


@dataclass
class Service:
    """The whole service on fakes. `work()` lets a worker handle all that is queued."""

    settings: Settings = field(default_factory=lambda: make_settings(segment_records=1_000))
    store: FakeExportFileStore = field(default_factory=FakeExportFileStore)
    source: FakeCatalogSource = field(default_factory=FakeCatalogSource)
    files: FakeFileStore = field(default_factory=FakeFileStore)
    queue: FakeQueue = field(default_factory=FakeQueue)
    mailer: FakeMailer = field(default_factory=FakeMailer)
    bus: FakeEventBus = field(default_factory=FakeEventBus)
    clock: FakeClock = field(default_factory=FakeClock)
    uses: FakeUseCounter = field(default_factory=FakeUseCounter)
    shops: FakeShopStore = field(default_factory=FakeShopStore)
    templates: FakeTemplateStore = field(default_factory=FakeTemplateStore)
    codes: FakeCodeFinder = field(default_factory=FakeCodeFinder)

    def __post_init__(self) -> None:
        tokens = count(1)
        ports = {
            name: getattr(self, name)
            for name in ("store", "source", "files", "queue", "clock", "settings", "shops")
        }
        self.api = ApiService(**ports, uses=self.uses, templates=self.templates, codes=self.codes)
        self.worker = Worker(
            **ports,
            mailer=self.mailer,
            bus=self.bus,
            prepare=prepare,
            facts=FakeLiveFacts(),
            new_token=lambda: f"token-{next(tokens)}",
        )

    def request(
        self, export_type: str = "products", requestor: Requestor | None = None, **given: Any
    ) -> ExportFile:
        """A pending export."""
        asker = requestor or make_requestor()
        return request_export(
            self.api, asker, EXPORT_TYPES[export_type], make_request(export_type, **given)
        )

    def work(self) -> None:
        while (message := self.queue.take()) is not None:
            work_export(self.worker, message)

    def job(self, job: ExportFile) -> ExportFile:
        """The job as it is stored now."""
        return self.store.get(job.shop, job.id)

    def file_of(self, job: ExportFile) -> bytes:
        """The bytes of a finished export."""
        return self.files.objects[self.job(job).file_key or ""]

    def events_of(self, job: ExportFile) -> list[str]:
        return [event.type.value for event in self.store.find_events(job.shop, job.id)]

    def change(self, job: ExportFile, **fields: Any) -> ExportFile:
        """Change a stored job behind everybody's back."""
        self.store.jobs[job.shop, job.id] = replace(self.job(job), **fields)
        return self.job(job)


def make_service(products: int = 0, settings: Mapping[str, Any] | None = None) -> Service:
    """A service with a catalogue of so many plain products, numbered from 1."""
    service = Service(settings=make_settings(**{"segment_records": 1_000, **(settings or {})}))
    fill(service.source, "product_types", PRODUCT_TYPE)
    fill(service.source, "products", *map(make_product, range(1, products + 1)))
    return service
