"""Who asks with a token of a connected shop: staff of the shop, in its dashboard.

The dashboard signs a token for the app. What a person may export is what that person may do in the
shop and the app was granted too: the app's own token never widens it.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from chalicelib.domain.requestor import Requestor, User
from chalicelib.domain.shop import Shop

TOKEN_TYPE: Final = "thirdparty"  # noqa: S105


def requestor_of_shop(claims: Mapping[str, Any], shop: Shop) -> Requestor:
    """Return the member of staff whom verified claims name; raise LookupError for any other token.

    A token of another app, of a customer, or of another kind is refused.
    """
    is_ours = (
        claims.get("type") == TOKEN_TYPE
        and claims.get("app") == shop.app_id
        and claims.get("aud") in (None, shop.app_id)
        and claims.get("is_staff") is True
    )
    if not is_ours or not isinstance(claims.get("user_id"), str):
        raise LookupError("app")
    held = claims.get("user_permissions") or ()
    user = User(id=claims["user_id"], email=str(claims.get("email") or ""), is_staff=True)
    return Requestor(
        shop=shop.name, user=user, permissions=frozenset(map(str, held)) & shop.permissions
    )
