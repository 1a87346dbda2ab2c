"""Tokens in the links of mails, for people without a session: signed, expiring, revocable.

They are off unless a deployment switches them on. A token names a shop and an end, and is signed
with the export's own `link_key`. Removing that key revokes every link to the export, and a leaked
key opens no other export.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
from datetime import datetime

from chalicelib.domain.export_file import ExportFile


def sign_download_token(job: ExportFile, expires_at: datetime) -> str:
    """Return the token for the file of this export. The job must have a `link_key`."""
    claims = json.dumps([job.shop, int(expires_at.timestamp())], separators=(",", ":")).encode()
    return f"{base64.urlsafe_b64encode(claims).decode()}.{_signature(job, claims)}"


def shop_of_token(token: str) -> str | None:
    """Return the shop that a token claims. It only serves to find the export that signed it."""
    claims = _read(token)
    return claims[0] if claims else None


def is_valid_token(job: ExportFile, token: str, now: datetime) -> bool:
    """Return whether this export signed the token, and it is neither expired nor revoked."""
    claims = _read(token)
    if claims is None or not job.link_key:
        return False
    raw = base64.urlsafe_b64decode(token.partition(".")[0])
    # Compared in constant time: the time of `==` tells an attacker how many characters are right.
    signed = hmac.compare_digest(token.partition(".")[2].encode(), _signature(job, raw).encode())
    return signed and claims[1] > now.timestamp()


def _read(token: str) -> tuple[str, int] | None:
    try:
        shop, expires_at = json.loads(base64.urlsafe_b64decode(token.partition(".")[0]))
    # Strangers write tokens too: deeply nested JSON raises RecursionError.
    except (ValueError, TypeError, RecursionError):
        return None
    return (shop, expires_at) if isinstance(shop, str) and isinstance(expires_at, int) else None


def _signature(job: ExportFile, claims: bytes) -> str:
    key = (job.link_key or "").encode()
    # The id is signed as well, so that the token fits this export only.
    return hmac.new(key, job.id.encode() + b"." + claims, hashlib.sha256).hexdigest()
