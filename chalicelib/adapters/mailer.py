"""Mail through SES."""

from __future__ import annotations

from email.errors import HeaderParseError
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP
from typing import Final

from botocore.exceptions import BotoCoreError, ClientError

from chalicelib.adapters.aws import client, error_code, is_passing
from chalicelib.errors import MailRefused, Unavailable

DELIVERY_HEADER: Final = "X-Waybill-Delivery-Id"


class SesMailer:
    """`Mailer` through SES: text and HTML in one message, with the delivery id as a header."""

    def __init__(self, sender: str) -> None:
        self._sender = sender

    def send(self, *, to: str, subject: str, text: str, html: str, delivery_id: str) -> None:
        message = EmailMessage(policy=SMTP)
        message["From"] = self._sender
        message["To"] = _address(to)
        message["Subject"] = subject
        message[DELIVERY_HEADER] = delivery_id
        message.set_content(text)
        message.add_alternative(html, subtype="html")
        try:
            client("ses").send_raw_email(
                Source=self._sender, Destinations=[to], RawMessage={"Data": message.as_bytes()}
            )
        except (ClientError, BotoCoreError) as error:
            # The code alone: what SES says in full names the addresses, and this is logged.
            kind, code = (
                Unavailable if is_passing(error) else MailRefused,
                error_code(error) or type(error).__name__,
            )
            raise kind(f"The mail could not be sent: {code}") from error


def _address(text: str) -> Address:
    """MailRefused for what no mail can be sent to: tokens hold all kinds of things."""
    try:
        return Address(addr_spec=text)
    except (ValueError, IndexError, HeaderParseError) as error:
        raise MailRefused("The address of the user is no mail address.") from error
