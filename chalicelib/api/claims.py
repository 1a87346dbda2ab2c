"""From the claims of a verified token to a requestor."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any, Final

from chalicelib.domain.issuer import Issuer
from chalicelib.domain.requestor import Requestor, User, is_shop_name

Claims = Mapping[str, Any]
_DEFAULT_CLAIMS: Final = {
    name: name
    for name in ("user_id", "email", "first_name", "last_name", "is_staff", "permissions")
}
# Cognito and most others, Keycloak and Auth0, Entra's first version, Okta.
_CLIENT_CLAIMS: Final = ("client_id", "azp", "appid", "cid")
# Keycloak, Cognito, Saleor.
_KIND_CLAIMS: Final = ("typ", "token_use", "type")
_NOT_FOR_ACCESS: Final = frozenset({"id", "refresh", "offline", "logout"})


class TokenRefused(ValueError):
    """A genuine token that is not meant for this service."""


def check_kind(header: Claims, claims: Claims, issuer: Issuer) -> None:
    """Raise TokenRefused for refresh tokens, and for ID tokens unless the page uses them."""
    refused = _NOT_FOR_ACCESS - ({"id"} if issuer.page_token == "id_token" else set())  # noqa: S105
    said = (header.get("typ"), *(claims.get(name) for name in _KIND_CLAIMS))
    # "Refresh", "refresh_token" and "external refresh" all say it.
    words = {word for text in said for word in re.findall("[a-z]+", str(text).lower())}
    if words & refused:
        raise TokenRefused("This is not an access token.")


def check_client(claims: Claims, issuer: Issuer) -> None:
    """Raise TokenRefused unless an accepted client got the token, if the issuer has any."""
    if not issuer.clients:
        return
    named = {str(claims[name]) for name in _CLIENT_CLAIMS if claims.get(name)}
    if not named and issuer.page_token == "id_token":  # noqa: S105
        # An ID token names its client as its audience.
        audience = claims.get("aud")
        named = {audience} if isinstance(audience, str) else set(audience or ())
    if not named or not named <= set(issuer.clients):
        raise TokenRefused("The token was issued to another client.")


def requestor_of(claims: Claims, issuer: Issuer) -> Requestor:
    """Return the user whom verified claims name; KeyError if they name none."""
    names = {**_DEFAULT_CLAIMS, **issuer.claims}
    found = {name: _reach(claims, path) for name, path in names.items()}
    user = User(
        id=_text(found["user_id"] or claims.get("sub")),
        email=str(found["email"] or ""),
        first_name=str(found["first_name"] or ""),
        last_name=str(found["last_name"] or ""),
        is_staff=found["is_staff"] in (None, True, "true"),
    )
    return Requestor(
        shop=_shop_of(claims, issuer), user=user, permissions=_permissions(found["permissions"])
    )


def _text(value: Any) -> str:
    """Return an id as text. Some issuers number their users."""
    if isinstance(value, bool) or not isinstance(value, str | int) or value == "":
        raise KeyError("sub")
    return str(value)


def _permissions(value: Any) -> frozenset[str]:
    listed = value.replace(",", " ").split() if isinstance(value, str) else value or ()
    return frozenset(str(one) for one in listed)


def _shop_of(claims: Claims, issuer: Issuer) -> str:
    # Only an issuer that serves several shops may name the shop, and then every token has to.
    shop = _reach(claims, issuer.claims["shop"]) if "shop" in issuer.claims else issuer.shop
    if not isinstance(shop, str) or not is_shop_name(shop):
        raise KeyError("shop")
    return shop


def _reach(claims: Claims, path: str) -> Any:
    r"""Return a claim by name or by its path through nested claims, None if absent.

    `\.` is a dot in a name.
    """
    if path in claims:
        return claims[path]
    found: Any = claims
    for part in re.split(r"(?<!\\)\.", path):
        name = part.replace(r"\.", ".")
        if not isinstance(found, Mapping) or name not in found:
            return None
        found = found[name]
    return found
