"""Short links that sign in to the page. A token has 900 characters, too many for a terminal."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from local.sign_in import remembering
from local.site import Answer, redirect

SIGN_IN_PATH: Final = "/sign-in"


class SignInLinks:
    """`/sign-in` for the first principal, `/sign-in/KIND` for another one."""

    def __init__(self, tokens: Mapping[str, str], issuer_url: str) -> None:
        self._tokens = tokens
        self._issuer_url = issuer_url

    def answer(self, target: str, cookies: str, body: bytes) -> Answer | None:
        """Redirect to the page with a token in the fragment, which browsers do not send.

        The issuer remembers the user, so that a reload of the page signs in again.
        """
        path, _, kind = target.removeprefix("/").partition("/")
        if f"/{path}" != SIGN_IN_PATH:
            return None
        kind = kind or next(iter(self._tokens))
        if kind not in self._tokens:
            return None
        status, headers, answer = redirect(f"/#token={self._tokens[kind]}")
        return status, [*headers, remembering(kind, self._issuer_url)], answer
