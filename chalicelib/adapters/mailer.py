"""Mail through SES."""

from __future__ import annotations

from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP
from typing import Final

from botocore.exceptions import BotoCoreError, ClientError

from chalicelib.adapters.aws.clients import client, error_code, is_passing
from chalicelib.errors import MailRefused, Unavailable

DELIVERY_HEADER: Final = "X-Waybill-Delivery-Id"


class SesMailer:
    """`Mailer` through SES: text and HTML in one message, with the delivery id as a header."""

    def __init__(self, sender: str) -> None:
        self._sender = sender

    def send(self, *, to: str, subject: str, text: str, html: str, delivery_id: str) -> None:
        """Send one mail; MailRefused if its address is not one or SES rejects it for good."""
        if not self._sender:
            raise Unavailable(
                "MailSender is not set, so mails wait. Deploy the stack with MailSender."
            )
        message = EmailMessage(policy=SMTP)
        try:
            message["From"] = self._sender
            message["To"] = Address(addr_spec=to)
            message["Subject"] = subject
            message[DELIVERY_HEADER] = delivery_id
            message.set_content(text)
            message.add_alternative(html, subtype="html")
            data = message.as_bytes()
        # Tokens hold all kinds of addresses, and the library has many errors for them: `a@[` is an
        # AttributeError. Their texts name the address, which must not get into the log.
        except Exception as error:  # noqa: BLE001
            raise MailRefused(f"The mail cannot be written: {type(error).__name__}") from None
        self._hand_over(to, data)

    def _hand_over(self, to: str, data: bytes) -> None:
        try:
            client("ses").send_raw_email(
                Source=self._sender, Destinations=[to], RawMessage={"Data": data}
            )
        except (ClientError, BotoCoreError) as error:
            # Only the code: SES's own text names the addresses.
            refusal = Unavailable if is_passing(error) else MailRefused
            reason = error_code(error) or type(error).__name__
            raise refusal(f"The mail could not be sent: {reason}") from None
