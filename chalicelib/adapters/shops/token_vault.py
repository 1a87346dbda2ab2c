"""Tokens of shops, encrypted with KMS. The shop's name is the encryption context."""

from __future__ import annotations

from dataclasses import dataclass, field

from botocore.exceptions import BotoCoreError, ClientError

from chalicelib.adapters.aws.clients import client, error_code
from chalicelib.errors import ShopRefused, Unavailable


@dataclass(slots=True)
class KmsTokenVault:
    """`TokenVault` over one KMS key. Opened tokens are kept for the life of the container."""

    key_id: str
    _opened: dict[tuple[str, bytes], str] = field(default_factory=dict, repr=False)

    def seal(self, shop: str, token: str) -> bytes:
        """Return the token, encrypted for this shop."""
        try:
            answer = client("kms").encrypt(
                KeyId=self.key_id, Plaintext=token.encode(), EncryptionContext={"shop": shop}
            )
        except (ClientError, BotoCoreError) as error:
            raise Unavailable("The key for the shops' tokens did not answer.") from error
        sealed: bytes = answer["CiphertextBlob"]
        return sealed

    def open(self, shop: str, sealed: bytes) -> str:
        """Return the token in the clear; Unavailable if KMS does not answer."""
        # KMS costs a request of 5 to 10 ms, which every page of a sync would pay.
        if (shop, sealed) not in self._opened:
            self._opened[shop, sealed] = self._decrypt(shop, sealed)
        return self._opened[shop, sealed]

    def _decrypt(self, shop: str, sealed: bytes) -> str:
        try:
            answer = client("kms").decrypt(
                KeyId=self.key_id, CiphertextBlob=sealed, EncryptionContext={"shop": shop}
            )
        except ClientError as error:
            if error_code(error) == "InvalidCiphertextException":
                raise ShopRefused("The stored token does not belong to this shop.") from error
            raise Unavailable("The key for the shops' tokens did not answer.") from error
        except BotoCoreError as error:
            raise Unavailable("The key for the shops' tokens did not answer.") from error
        token: bytes = answer["Plaintext"]
        return token.decode()
