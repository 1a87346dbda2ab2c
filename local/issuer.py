"""An identity provider for one run: a key pair made now, tokens signed with it, its public half as a JWKS."""

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
    """Signs tokens for the users of a local run."""

    def __init__(self, url: str) -> None:
        self.url = url
        self._key = rsa.generate_private_key(public_exponent=65537, key_size=2048)

    def settings(self) -> dict[str, str]:
        """The issuer as the service's settings name it."""
        return {
            "issuer": self.url,
            "jwks_url": f"{self.url}{KEY_SET_PATH}",
            "audience": AUDIENCE,
            "shop": "default",
            "name": "demo users",
            "client_id": CLIENT_ID,
        }

    def key_set(self) -> bytes:
        """The public key, as a JWKS document."""
        key: dict[str, Any] = RSAAlgorithm.to_jwk(self._key.public_key(), as_dict=True)
        return json.dumps({"keys": [{**key, "kid": KEY_ID, "use": "sig", "alg": "RS256"}]}).encode()

    def sign(self, claims: Mapping[str, Any]) -> str:
        """A token with these claims, valid for a day."""
        whole = {
            "iss": self.url,
            "aud": AUDIENCE,
            "exp": int(time.time()) + TOKEN_SECONDS,
            **claims,
        }
        return jwt.encode(whole, self._key, algorithm="RS256", headers={"kid": KEY_ID})
