from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
from click.testing import CliRunner, Result

from chalicelib.adapters.aws.clients import client
from chalicelib.adapters.catalog.source import DynamoCatalogSource
from chalicelib.adapters.export_files.store import DynamoExportFileStore
from chalicelib.adapters.file_store import S3FileStore
from chalicelib.adapters.shops.issuer_store import DynamoIssuerStore
from chalicelib.adapters.shops.mark_store import DynamoMarkStore
from chalicelib.adapters.shops.store import DynamoShopStore
from chalicelib.adapters.template_store import DynamoTemplateStore
from chalicelib.domain.export_event import Download
from chalicelib.domain.export_file import ExportFile
from chalicelib.domain.idempotency import IdempotencyKey
from chalicelib.domain.issuer import Issuer
from chalicelib.domain.message import ExportMessage, Step
from chalicelib.errors import NotFound, Unavailable
from chalicelib.exports.registry import EXPORT_TYPES
from chalicelib.services.requests.request_export import request_export
from chalicelib.services.work.work_export import work_export
from chalicelib.settings import Settings
from ops.apps import create_app
from ops.cli import commands
from ops.delete_shop import delete_shop
from ops.load_catalog import load_catalog
from tests.catalog_files import make_catalog, make_collection, make_voucher
from tests.factories import (
    Service,
    make_gift_card,
    make_product,
    make_request,
    make_requestor,
)
from tests.shop_world import make_shop
from tests.sync_records import make_mark, make_state
from tests.templates import make_template

TABLES = (
    "ExportFiles",
    "ExportEvents",
    "ExportLists",
    "Catalog",
    "Apps",
    "Idempotency",
    "Shops",
    "Marks",
    "Templates",
)
# The second one's name begins with the first one's.
GOES, STAYS = "acme", "acme-2"


@pytest.fixture
def service(deployment: Any) -> Service:
    return Service(
        settings=Settings(segment_records=1),
        store=DynamoExportFileStore("ExportFiles", "ExportEvents"),  # type: ignore[arg-type]
        source=DynamoCatalogSource("Catalog"),  # type: ignore[arg-type]
        files=S3FileStore("exports"),  # type: ignore[arg-type]
    )


@pytest.fixture
def shops(service: Service, tmp_path: Path) -> dict[str, ExportFile]:
    """Two shops with everything that a shop can have; a pending export of each."""
    catalog = make_catalog(
        tmp_path,
        collections=[make_collection(1)],
        products=list(map(make_product, range(1, 11))),
        vouchers=[make_voucher(5, "A", "B")],
        gift_cards=[make_gift_card(n, f"CODE-{n}") for n in (1, 501, 1001)],
    )
    return {shop: fill(service, shop, catalog) for shop in (GOES, STAYS)}


def fill(service: Service, shop: str, catalog: Path) -> ExportFile:
    load_catalog(catalog, shop, "Catalog")
    create_app("Apps", name="Script", permissions=(), shop=shop)
    issuer = Issuer(issuer=f"https://{shop}.example", jwks_url="https://k", shop=shop)
    DynamoIssuerStore("Issuers").add(issuer)
    connect(shop)
    ask(
        service,
        shop,
        IdempotencyKey(text=f"{shop}#one", fingerprint="x", expires_at=service.clock.now()),
    )
    service.work()
    [done] = (job for job in jobs(service, shop) if job.file_key)
    now = service.clock.now()
    service.store.record_download(done, Download(date=now))
    service.store.record_links([(done, Download(date=now, until=now))], "ann")
    client("s3").create_multipart_upload(Bucket="exports", Key=f"{done.prefix}segments/gone")
    pending = ask(service, shop)
    service.queue.bodies.clear()
    return pending


def connect(shop: str) -> None:
    """Install the app in the shop, with a sync under way."""
    installations = DynamoShopStore("Shops")
    installations.save(make_shop(shop))
    installations.save_state(make_state(shop))
    DynamoMarkStore("Marks").add([make_mark(shop)])
    DynamoTemplateStore("Templates").add(make_template(shop=shop))


def ask(service: Service, shop: str, key: IdempotencyKey | None = None) -> ExportFile:
    requestor = make_requestor(shop=shop)
    return request_export(
        service.api, requestor, EXPORT_TYPES["gift_cards"], make_request("gift_cards"), key
    )


def jobs(service: Service, shop: str) -> list[ExportFile]:
    items = client("dynamodb").scan(TableName="ExportFiles")["Items"]
    return [
        service.store.get(shop, it["id"]["S"])
        for it in items
        if it["shop"]["S"] == shop and "status" in it
    ]


def everything() -> list[str]:
    """Every item and object there is, as text."""
    items = [json.dumps(item, default=str) for table in TABLES for item in _scan(table)]
    objects = client("s3").list_objects_v2(Bucket="exports").get("Contents", ())
    uploads = client("s3").list_multipart_uploads(Bucket="exports").get("Uploads", ())
    return sorted(items + [entry["Key"] for entry in (*objects, *uploads)])


def _scan(table: str) -> Iterator[dict[str, Any]]:
    for page in client("dynamodb").get_paginator("scan").paginate(TableName=table):
        yield from page["Items"]


def of(shop: str, found: list[str]) -> list[str]:
    return [one for one in found if f'"{shop}"' in one or f"{shop}#" in one or f"/{shop}/" in one]


def run(*words: str, answer: str = "") -> Result:
    return CliRunner().invoke(commands, ["delete-shop", *words], input=answer)


@pytest.fixture(autouse=True)
def no_pauses(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("ops.delete_shop.QUIET_SECONDS", 0)


@pytest.mark.usefixtures("shops")
def test_nothing_of_the_shop_is_left_and_all_of_the_other() -> None:
    before = everything()
    assert len(of(GOES, before)) == len(of(STAYS, before)) > 25
    assert run(GOES, "--yes").exit_code == 0
    assert everything() == of(STAYS, before)


@pytest.mark.usefixtures("shops")
def test_a_shop_of_an_earlier_version_whose_name_has_a_slash_keeps_its_objects() -> None:
    below = [f"exports/{GOES}/eu/{uuid4()}/{name}" for name in ("file.csv", "segments/00000-a")]
    client("s3").put_object(Bucket="exports", Key=below[0], Body=b"x")
    client("s3").create_multipart_upload(Bucket="exports", Key=below[1])
    assert run(GOES, "--yes").exit_code == 0
    assert of(GOES, everything()) == sorted(below)


@pytest.mark.parametrize("name", ["acme/eu", "acme#", "a b", "", "..", "a" * 101])
@pytest.mark.usefixtures("deployment")
def test_a_name_that_no_shop_can_have_is_refused(name: str) -> None:
    refused = run(name, "--yes")
    assert (refused.exit_code, "a shop's name has" in refused.output) == (2, True)


COUNTS = {
    "issuers": "1",
    "installations": "1",
    "apps": "1",
    "catalogue records": "15",
    "templates": "1",
    "exports": "2",
    "of them pending": "1",
    "objects": "1",
}
DELETED = (
    "installations deleted: 1",
    "issuers deleted: 1",
    "marks deleted: 1",
    "templates deleted: 1",
    "apps deleted: 1",
    "pending exports ended: 1",
    "idempotency keys deleted: 1",
    "objects deleted: 1",
)


@pytest.mark.usefixtures("shops")
def test_it_says_how_much_goes_and_asks() -> None:
    before = everything()
    asked = run(GOES, answer="n\n")
    assert (asked.exit_code, everything()) == (1, before)
    counts = dict(line.rsplit(maxsplit=1) for line in asked.output.splitlines()[:8])
    assert counts == COUNTS
    printed = run(GOES, answer="y\n").output
    assert [line for line in DELETED if line not in printed] == []


def test_a_worker_that_is_late_brings_nothing_back(
    service: Service, shops: dict[str, ExportFile]
) -> None:
    pending = shops[GOES]
    assert run(GOES, "--yes").exit_code == 0
    before = everything()
    work_export(service.worker, ExportMessage.of(pending, Step.START))
    with pytest.raises(NotFound):
        service.store.get(GOES, pending.id)
    assert everything() == before


@pytest.mark.parametrize("dies_at", [1, 4, 9, 14])
def test_what_was_interrupted_is_finished_by_another_run(
    dies_at: int, shops: dict[str, ExportFile], monkeypatch: pytest.MonkeyPatch
) -> None:
    before, settings = everything(), Settings.from_environment()
    calls, write = iter(range(1, 10_000)), client("dynamodb").batch_write_item

    def die(**request: Any) -> Any:
        if next(calls) >= dies_at:
            raise Unavailable("The line is dead.")
        return write(**request)

    with monkeypatch.context() as patch:
        patch.setattr(client("dynamodb"), "batch_write_item", die)
        with pytest.raises(Unavailable):
            delete_shop(settings, GOES, report=lambda what, count: None)
    assert of(GOES, everything())
    assert run(GOES, "--yes").exit_code == 0
    assert everything() == of(STAYS, before)


@pytest.mark.parametrize("shop", ["", "a/b", "a#b", ".."])
def test_a_name_that_is_none_is_refused(shop: str) -> None:
    assert run(shop, "--yes").exit_code == 2
