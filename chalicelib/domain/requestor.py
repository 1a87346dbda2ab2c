"""The requestor of a request: a user or an app of one shop, with permissions."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from chalicelib.words.text import ENGLISH

MANAGE_PRODUCTS: Final = "MANAGE_PRODUCTS"
MANAGE_GIFT_CARD: Final = "MANAGE_GIFT_CARD"
MANAGE_DISCOUNTS: Final = "MANAGE_DISCOUNTS"
MANAGE_STAFF: Final = "MANAGE_STAFF"
MANAGE_APPS: Final = "MANAGE_APPS"
MAX_SHOP_NAME_LENGTH: Final = 100


@dataclass(frozen=True, slots=True, kw_only=True)
class User:
    """A person, as their token describes them. `id` is a global id."""

    id: str
    email: str
    first_name: str = ""
    last_name: str = ""
    is_staff: bool = True
    is_active: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class App:
    """A program that has its own token. `id` is a global id."""

    id: str
    name: str
    identifier: str = ""
    is_active: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class Requestor:
    """A user or an app within one shop; an anonymous requestor is neither.

    `language` is the code of the language in which the request asks for texts.
    """

    shop: str = ""
    user: User | None = None
    app: App | None = None
    permissions: frozenset[str] = frozenset()
    language: str = ENGLISH

    @property
    def is_anonymous(self) -> bool:
        """Return whether this is neither a user nor an app."""
        return self.user is None and self.app is None

    @property
    def id(self) -> str:
        """Return the global id of the user or app, "" if anonymous. Logs and limits count by it."""
        known = self.user or self.app
        return known.id if known else ""

    @property
    def name(self) -> str:
        """Return a name for people: the full name or e-mail of a user, the name of an app."""
        if self.user is not None:
            return (
                f"{self.user.first_name} {self.user.last_name}".strip()
                or self.user.email
                or self.user.id
            )
        return self.app.name if self.app else ""

    def may(self, permission: str) -> bool:
        """Return whether the requestor has this permission. Users who are not staff have none."""
        # A customer's token may list permissions, but Saleor grants them to active staff only.
        if self.user is not None and not (self.user.is_staff and self.user.is_active):
            return False
        return permission in self.permissions

    def may_know(self, id_: str, *, is_app: bool) -> bool:
        """Return whether the requestor may know that the user or app with this id asked."""
        return id_ == self.id or self.may(MANAGE_APPS if is_app else MANAGE_STAFF)


def is_shop_name(text: str) -> bool:
    r"""Return whether a shop can have this name: printable, without spaces, `#`, `/` and `\`."""
    return (
        # Names are parts of keys: `#` divides the parts of a table's key, `/` those of an object's
        # key. A shop named `acme/eu` would lie inside the objects of `acme`.
        1 <= len(text) <= MAX_SHOP_NAME_LENGTH
        and text.isprintable()
        and not any(character in " #/\\" for character in text)
        # HTTP clients resolve these in the path of an object's URL.
        and text not in {".", ".."}
    )


ANONYMOUS: Final = Requestor()
