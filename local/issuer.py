"""The identity provider of a local run.

It makes a key pair, signs tokens and publishes its public key as a JWKS.
"""

from __future__ import annotations

import json
import time
from collections.abc import Mapping
from typing import Any, Final

import jwt
from cryptography.hazmat.primitives.asymmetric import rsa
from jwt.algorithms import RSAAlgorithm

AUDIENCE: Final = "waybill"
CLIENT_ID: Final = "waybill-page"
KEY_ID: Final = "local"
TOKEN_SECONDS: Final = 24 * 60 * 60
KEY_SET_PATH: Final = "/.well-known/jwks.json"


class LocalIssuer:
    """Signs the tokens of the demo users, who belong to one shop."""

    def __init__(self, url: str, shop: str = "default") -> None:
        self.url = url
        self.shop = shop
        self._key = rsa.generate_private_key(public_exponent=65537, key_size=2048)

    def settings(self) -> dict[str, str]:
        """Return this issuer as an entry of the setting ISSUERS."""
        return {
            "issuer": self.url,
            "jwks_url": f"{self.url}{KEY_SET_PATH}",
            "audience": AUDIENCE,
            "shop": self.shop,
            "name": "demo users",
            "client_id": CLIENT_ID,
        }

    def key_set(self) -> bytes:
        """Return the public key as a JWKS document."""
        key: dict[str, Any] = RSAAlgorithm.to_jwk(self._key.public_key(), as_dict=True)
        return json.dumps({"keys": [{**key, "kid": KEY_ID, "use": "sig", "alg": "RS256"}]}).encode()

    def sign(self, claims: Mapping[str, Any]) -> str:
        """Return a signed token with these claims. It expires after a day.

        A claim that is None is left out.
        """
        given = {
            "iss": self.url,
            "aud": AUDIENCE,
            "exp": int(time.time()) + TOKEN_SECONDS,
            **claims,
        }
        whole = {name: value for name, value in given.items() if value is not None}
        return jwt.encode(whole, self._key, algorithm="RS256", headers={"kid": KEY_ID})

    def sign_detached(self, body: bytes) -> str:
        """Return a detached JWS over the body, as Saleor signs its deliveries (RFC 7797)."""
        headers = {"kid": KEY_ID, "b64": False, "crit": ["b64"]}
        return jwt.api_jws.encode(
            body, self._key, algorithm="RS256", headers=headers, is_payload_detached=True
        )
