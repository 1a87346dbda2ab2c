"""Every error Waybill raises on purpose.

WaybillError
├── RequestRefused            the caller's mistake: answered in the payload, changes nothing
│   ├── PermissionDenied      who asks may not do this
│   └── LimitReached          a limit of the deployment, with what to do about it
├── NotFound                  the thing asked for does not exist (or not for this shop)
├── Conflict                  the stored state is not what the writer believed
│   ├── LeaseLost             another worker owns the job now
│   └── SegmentAlreadyDone    the segment's result is recorded already
├── ExportFailed              the export cannot be written: its text is a sentence for people
│   └── CatalogIncomplete     the catalogue holds fewer records than its directory says
├── MailRefused               the mail will never be taken: its address or the sender is refused
└── Unavailable               a part did not answer in time: worth another attempt
"""

from __future__ import annotations


class WaybillError(Exception):
    """Base of every error raised on purpose. `str(error)` is a sentence for people, without secrets."""


class RequestRefused(WaybillError):
    """A request that is not accepted: the contract's `{field, code, message}`."""

    def __init__(self, message: str, *, field: str | None = None, code: str = "INVALID") -> None:
        super().__init__(message)
        self.message = message
        self.field = field
        self.code = code


class PermissionDenied(RequestRefused):
    """The requestor lacks every one of `permissions`."""

    def __init__(self, *permissions: str) -> None:
        listed = ", ".join(permissions)
        super().__init__(
            f"To access this path, you need one of the following permissions: {listed}"
        )
        self.permissions = permissions


class LimitReached(RequestRefused):
    """A limit of this deployment; the message says which and what to do."""


class NotFound(WaybillError):
    """No such thing in this shop."""


class Conflict(WaybillError):
    """A conditional write was refused: the stored state has moved on."""


class LeaseLost(Conflict):
    """The job is finished, or another worker holds its lease."""


class SegmentAlreadyDone(Conflict):
    """The segment was recorded by an earlier delivery of the same message."""


class ExportFailed(WaybillError):
    """The export ends in FAILED; the text is shown to people."""


class CatalogIncomplete(ExportFailed):
    """Fewer records could be read than the catalogue's directory promises."""


class MailRefused(WaybillError):
    """The mail service refuses this mail for good; sending it again would not help."""


class Unavailable(WaybillError):
    """A service did not answer or throttled us beyond our retries; another attempt may succeed."""
