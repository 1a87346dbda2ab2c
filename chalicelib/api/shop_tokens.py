"""Identify staff of a connected shop by the tokens of its dashboard.

The dashboard signs a token for the app. What a person may export is what that person may do in the
shop and the app was granted too: the app's own token never widens it.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from chalicelib.api.shop_keys import ShopKeys
from chalicelib.api.signed_token import key_id_of, verified_claims
from chalicelib.domain.requestor import Requestor, User, is_shop_name
from chalicelib.domain.shop import Shop, shop_name_of
from chalicelib.domain.shop_ports import ShopStore

TOKEN_TYPE: Final = "thirdparty"  # noqa: S105


class ShopStaff:
    """Staff of the connected shops, by the tokens that the shops sign for their dashboards."""

    def __init__(self, shops: ShopStore, keys: ShopKeys) -> None:
        self._shops = shops
        self._keys = keys

    def find_shop(self, claims: Mapping[str, Any]) -> Shop | None:
        """Return the connected shop that a token says it is from, or None.

        The claims are not verified yet. A found shop alone decides about the token.
        """
        issuer = claims.get("iss")
        if claims.get("type") != TOKEN_TYPE or not isinstance(issuer, str):
            return None
        name = shop_name_of(issuer)
        shop = self._shops.find(name) if is_shop_name(name) else None
        return shop if shop and shop.is_connected and shop.api_url == issuer else None

    def identify(self, token: str, shop: Shop) -> Requestor:
        """Return the member of staff; raise one of UNREADABLE for a token that is not accepted.

        Unavailable if the shop's keys cannot be read.
        """
        key = self._keys.of(shop).find(key_id_of(token))
        return requestor_of_shop(verified_claims(token, key, issuer=shop.api_url), shop)


def requestor_of_shop(claims: Mapping[str, Any], shop: Shop) -> Requestor:
    """Return the member of staff whom verified claims name; raise LookupError for any other token.

    A token of another app, of a customer, or of another kind is refused.
    """
    is_ours = (
        claims.get("type") == TOKEN_TYPE
        and claims.get("app") == shop.app_id
        and _is_for(claims.get("aud"), shop.app_id)
        and claims.get("is_staff") is True
    )
    if not is_ours or not isinstance(claims.get("user_id"), str):
        raise LookupError("app")
    held = claims.get("user_permissions") or ()
    user = User(id=claims["user_id"], email=str(claims.get("email") or ""), is_staff=True)
    return Requestor(
        shop=shop.name, user=user, permissions=frozenset(map(str, held)) & shop.permissions
    )


def _is_for(audience: Any, app_id: str) -> bool:
    """Return whether the audience of a token, a text or a list (RFC 7519), allows our app."""
    return audience is None or app_id in (audience if isinstance(audience, list) else [audience])
