"""The routes that a shop on Saleor calls: the manifest, the registration and the webhooks."""

from __future__ import annotations

import json
import logging
import re
from dataclasses import dataclass, field
from typing import Any, Final

from chalicelib.api.access_line import note_access
from chalicelib.api.allowance import Allowance
from chalicelib.api.http_answer import HttpAnswer, HttpRequest, error_answer, json_answer
from chalicelib.api.saleor_manifest import make_manifest
from chalicelib.api.saleor_signature import verify_signature
from chalicelib.api.shop_keys import ShopKeys
from chalicelib.domain.requestor import is_shop_name
from chalicelib.domain.shop import Shop, shop_name_of
from chalicelib.errors import Conflict, EventRefused, RegistrationRefused, Unavailable
from chalicelib.logs import about
from chalicelib.services.sync.receive_event import receive_event
from chalicelib.services.sync.register_shop import Registration, check_allowed, register_shop
from chalicelib.services.sync.sync_service import SyncService

log: Final = logging.getLogger("waybill")
MAX_BODY_BYTES: Final = 6_000_000
# Saleor shows staff 255 characters of a failure, and an installation hangs on more.
MAX_MESSAGE_CHARACTERS: Final = 250
# The token becomes a header, and KMS encrypts no more.
_TOKEN: Final = re.compile(r"[\x21-\x7e]{1,4096}")
TRY_AGAIN: Final = "Waybill is busy. Try to install it again in a minute."


@dataclass(slots=True, kw_only=True)
class SaleorRoutes:
    """The edge towards shops."""

    sync: SyncService
    version: str
    keys: ShopKeys
    allowance: Allowance = field(default_factory=Allowance)

    def manifest(self, base_url: str) -> HttpAnswer:
        """Answer `GET /saleor/manifest`."""
        return json_answer(200, make_manifest(base_url, self.version))

    def register(self, request: HttpRequest, base_url: str = "") -> HttpAnswer:
        """Answer `POST /saleor/register`. A refusal is in the shape that Saleor shows to staff."""
        with about(request_id=request.request_id):
            try:
                registration = _registration(request, base_url)
                check_allowed(registration, self.sync.settings.saleor_domains)
                self.allowance.spend()
                register_shop(self.sync, registration)
                note_access(shop=shop_name_of(registration.api_url))
            except RegistrationRefused as error:
                log.warning("registration refused", extra={"reason": str(error)})
                return _refusal(400, str(error))
            except (Unavailable, Conflict) as error:
                log.warning("registration not stored", extra={"reason": str(error)})
                return _refusal(503, TRY_AGAIN)
            return json_answer(200, {"success": True})

    def webhook(self, request: HttpRequest) -> HttpAnswer:
        """Answer `POST /saleor/webhooks` with 200 once the event is stored.

        Saleor repeats a delivery only after 5xx: 503 keeps an event that could not be stored.
        """
        with about(request_id=request.request_id):
            try:
                shop = self._sender(request)
                note_access(shop=shop.name)
                with about(shop=shop.name):
                    receive_event(self.sync, shop, _json_object(request.body))
            except EventRefused as error:
                log.warning("event refused", extra={"reason": str(error)})
                return error_answer(401, str(error))
            except (Unavailable, Conflict) as error:
                log.warning("event not stored", extra={"reason": str(error)})
                return json_answer(503, {"message": "The event could not be stored."})
            return json_answer(200, {})

    def _sender(self, request: HttpRequest) -> Shop:
        """Return the shop that signed the delivery; raise EventRefused if none did."""
        name = shop_name_of(request.headers.get("saleor-api-url", ""))
        # DynamoDB refuses long keys, and a refusal would look like an outage.
        shop = self.sync.shops.find(name) if is_shop_name(name) else None
        if shop is None or shop.sealed_token is None:
            raise EventRefused("This shop is not connected.")
        signature = request.headers.get("saleor-signature", "")
        verify_signature(signature, request.body, self.keys.of(shop).find)
        return shop


def _registration(request: HttpRequest, base_url: str) -> Registration:
    """Return what Saleor sends; raise RegistrationRefused for a request that is not Saleor's."""
    api_url = request.headers.get("saleor-api-url", "")
    try:
        token = _json_object(request.body)["auth_token"]
    except (EventRefused, KeyError) as error:
        raise RegistrationRefused("The request is not a registration of Saleor.") from error
    is_token = isinstance(token, str) and _TOKEN.fullmatch(token)
    if not is_token or not shop_name_of(api_url):
        raise RegistrationRefused("The request is not a registration of Saleor.")
    return Registration(api_url=api_url, token=token, service_url=base_url)


def _json_object(body: bytes) -> dict[str, Any]:
    try:
        read = json.loads(body) if len(body) <= MAX_BODY_BYTES else None
    except (ValueError, RecursionError) as error:
        raise EventRefused("The body is not JSON.") from error
    if not isinstance(read, dict):
        raise EventRefused("The body is not a JSON object.")
    return read


def _refusal(status: int, message: str) -> HttpAnswer:
    return json_answer(
        status, {"success": False, "error": {"message": message[:MAX_MESSAGE_CHARACTERS]}}
    )
