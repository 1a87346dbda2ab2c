"""The identity providers whose tokens are accepted."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, fields
from typing import Any, Final

# The shop under which issuers are stored that may speak for every shop.
ANY_SHOP: Final = "*"
_REQUIRED: Final = ("issuer", "jwks_url")


@dataclass(frozen=True, slots=True, kw_only=True)
class Issuer:
    r"""An identity provider whose tokens are accepted.

    `jwks_url` serves its keys. `audience` must be in a token's `aud`, and `clients` must contain
    the client that the token was issued to (`client_id` or `azp`); set at least one of the two.
    Access tokens of Cognito have no `aud`.

    `claims` maps user_id, email, first_name, last_name, is_staff, permissions and shop to the names
    of claims. A dot leads into a nested claim, and `\.` is a dot in a name. All users belong to
    `shop`; if `claims` maps `shop`, the token's claim decides and a token without it is rejected.

    `client_id` lets people sign in to the page (a public client: code flow with PKCE). The page
    discovers the two endpoints; name them here if their origin is not the issuer's. `page_token` is
    the token that carries the claims: access_token or id_token. ID tokens are accepted from the
    latter only.
    """

    issuer: str
    jwks_url: str
    audience: str | None = None
    clients: tuple[str, ...] = ()
    shop: str = "default"
    claims: Mapping[str, str] = field(default_factory=dict)
    name: str = ""
    client_id: str = ""
    scope: str = "openid profile email"
    authorization_endpoint: str = ""
    token_endpoint: str = ""
    page_token: str = "access_token"  # noqa: S105 - which one, not the token

    @classmethod
    def from_json(cls, given: Mapping[str, Any]) -> Issuer:
        """Return the issuer of an entry of ISSUERS; TypeError for an unknown or missing name."""
        _check_names(given)
        clients = given.get("clients", ())
        # "abc" would otherwise accept the clients a, b and c.
        if isinstance(clients, str):
            raise TypeError("`clients` must be a list of client ids")
        return cls(**{**given, "clients": tuple(clients)})

    @property
    def reach(self) -> str:
        """Return the shop that this issuer speaks for, or `ANY_SHOP`."""
        return ANY_SHOP if "shop" in self.claims else self.shop

    def to_json(self) -> dict[str, Any]:
        """Return the issuer as in the parameter `Issuers`, without values that are not set."""
        given = asdict(self) | {"clients": list(self.clients)}
        return {name: value for name, value in given.items() if value}


def _check_names(given: Mapping[str, Any]) -> None:
    if not isinstance(given, Mapping):
        raise TypeError(f"{given!r} is not an object with the facts of an issuer")
    unknown = sorted(given.keys() - {one.name for one in fields(Issuer)})
    if unknown:
        raise TypeError(f"an issuer has no {', '.join(unknown)}")
    missing = [name for name in _REQUIRED if name not in given]
    if missing:
        raise TypeError(f"an issuer needs {' and '.join(missing)}")
