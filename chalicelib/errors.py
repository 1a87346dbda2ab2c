"""Every error that Waybill raises on purpose.

WaybillError
├── RequestRefused            the client's mistake: answered in the payload, nothing changes
│   ├── PermissionDenied      the requestor lacks a permission
│   └── LimitReached          a limit of the deployment; the text says what to do
│       └── RateReached       too many requests of a kind within a window of time
├── NotFound                  the thing does not exist in this shop
├── Conflict                  the stored state is not the one that the writer has read
│   ├── LeaseLost             the job has ended, or another worker has claimed it
│   └── SegmentAlreadyDone    another delivery has recorded the segment
├── ExportFailed              the export cannot be written; the text is for people
│   ├── CatalogIncomplete     the catalogue holds fewer records than its directory says
│   └── CatalogOutdated       a stored document lacks facts that the export needs
├── MailRefused               the mail cannot be sent, now or later
├── AddressRefused            a URL that Waybill may not ask: private, not https, or malformed
├── RegistrationRefused       an installation is not accepted; the text is for the shop's staff
├── EventRefused              a delivery of a webhook is not accepted
├── ShopRefused               the shop does not accept the app's token, or a permission is missing
├── PageBroken                the shop answers with an error instead of a page of records
├── DictionaryOutdated        a record names something that the stored dictionaries lack
├── RecordsTooLarge           records take more bytes than an item of the database can have
└── Unavailable               a service did not answer in time; another attempt may succeed
    ├── DatabaseUnavailable   DynamoDB
    │   └── ShopFull          the shop's records have reached a limit of the database
    ├── FilesUnavailable      S3
    ├── QueueUnavailable      SQS
    ├── TooManyBroken         the shop cannot show more records than the state of a sync can name
    ├── ShopUnavailable       the API of a connected shop
    │   └── Throttled         the shop asks for a pause
    └── LinkNotRecorded       a link to a file cannot be recorded, so it is not handed out
"""

from __future__ import annotations

from typing import ClassVar, Self

from chalicelib.words.text import say


class WaybillError(Exception):
    """The base of every error raised on purpose. Its text is for people and has no secrets."""

    @property
    def message(self) -> str:
        """Return the text as it was given: `str` would leave out its other languages."""
        # BaseException turns every text into a plain `str`.
        return self.args[0] if self.args else ""


class RequestRefused(WaybillError):
    """A refused request, answered as the contract's `{field, code, message}`."""

    def __init__(self, message: str, *, field: str | None = None, code: str = "INVALID") -> None:
        super().__init__(message)
        self.field = field
        self.code = code


class PermissionDenied(RequestRefused):
    """The requestor has none of `permissions`. Saleor's sentence: clients look for it."""

    def __init__(self, *permissions: str) -> None:
        listed = ", ".join(permissions)
        super().__init__(
            say(
                "To access this path, you need one of the following permissions: {listed}",
                listed=listed,
            )
        )
        self.permissions = permissions


class LimitReached(RequestRefused):
    """The request passes a limit of this deployment."""


class RateReached(LimitReached):
    """The requestor or the shop has asked too often. It may ask again in `retry_after_seconds`."""

    def __init__(self, message: str, *, retry_after_seconds: int) -> None:
        super().__init__(message)
        self.retry_after_seconds = retry_after_seconds


class NotFound(WaybillError):
    """The thing does not exist in this shop."""


class Conflict(WaybillError):
    """A conditional write was refused: the stored state has changed since it was read."""


class LeaseLost(Conflict):
    """The job has ended, or another worker has claimed it."""


class SegmentAlreadyDone(Conflict):
    """Another delivery of the same message has recorded the segment."""


class ExportFailed(WaybillError):
    """The export ends in FAILED with this text."""


class CatalogIncomplete(ExportFailed):
    """The catalogue returned fewer records than its directory says, or one that is damaged."""

    @classmethod
    def unreadable(cls, error: Exception) -> Self:
        """Return the error about a record that cannot be read."""
        return cls(
            say(
                "A record of the catalogue cannot be read: {reason}. Load it again.",
                reason=str(error),
            )
        )


class CatalogOutdated(ExportFailed):
    """A document is of a version without the facts that the export needs."""


class MailRefused(WaybillError):
    """The mail service refuses this mail, or its address is not one. A retry would not help."""


class Unavailable(WaybillError):
    """A service did not answer, or throttled a call. A later attempt may succeed.

    Its text may name internal parts. Clients read `answer` instead, and people who wait for an
    export read `cause`.
    """

    answer: ClassVar[str] = say("The service is busy. Please try again in a moment.")
    cause: ClassVar[str] = say("a service did not answer")


class DatabaseUnavailable(Unavailable):
    """DynamoDB did not answer, is throttled, or refuses the call."""

    cause = say("the database could not be used")


class FilesUnavailable(Unavailable):
    """S3 did not answer, or refuses the call."""

    cause = say("the file store did not answer")


class QueueUnavailable(Unavailable):
    """SQS did not take a message."""

    cause = say("the message queue did not answer")


class ShopUnavailable(Unavailable):
    """The shop did not answer, or its answer cannot be used now."""

    cause = say("the shop could not be read")


class TooManyBroken(Unavailable):
    """The shop cannot show so many records that they cannot all be named."""


class AddressRefused(WaybillError):
    """The URL may not be asked: it is not https, or leads to a private address."""


class ShopRefused(WaybillError):
    """The shop does not know the app's token any more, or the app lacks a permission."""


class PageBroken(WaybillError):
    """The shop answered with an error: one of the records asked for cannot be shown."""


class Throttled(ShopUnavailable):
    """The shop asks for a pause of `retry_after_seconds`."""

    cause = say("the shop asked for a pause")

    def __init__(self, message: str, *, retry_after_seconds: float) -> None:
        super().__init__(message)
        self.retry_after_seconds = retry_after_seconds


class LinkNotRecorded(Unavailable):
    """A link to a file cannot be recorded, so it is not handed out."""

    answer = say(
        "The link to the file cannot be recorded at the moment, so it is not handed out. "
        "Please try again in a moment."
    )


class RegistrationRefused(WaybillError):
    """The installation is not accepted. Saleor shows the text to staff, at most 255 characters."""


class EventRefused(WaybillError):
    """The delivery is not an event of Saleor, not signed by the shop, or of another time."""


class DictionaryOutdated(WaybillError):
    """A record names an attribute, a channel or the like that was created since they were read."""


class ShopFull(DatabaseUnavailable):
    """DynamoDB refuses more records of this shop; an operator has to make room."""


class RecordsTooLarge(WaybillError):
    """The records of these numbers do not fit into items of the database. Nothing was stored."""

    def __init__(self, numbers: frozenset[int]) -> None:
        super().__init__("Some records are too large to be stored.")
        self.numbers = numbers
