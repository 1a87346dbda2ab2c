"""Short links that sign in to the page. A token has 900 characters, too many for a terminal."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from local.site import Answer, redirect

SIGN_IN_PATH: Final = "/sign-in"


class SignInLinks:
    """`/sign-in` for the first principal, `/sign-in/KIND` for another one."""

    def __init__(self, tokens: Mapping[str, str]) -> None:
        self._tokens = tokens

    def answer(self, target: str, cookies: str, body: bytes) -> Answer | None:
        """Redirect to the page with a token in the fragment, which browsers do not send."""
        path, _, kind = target.removeprefix("/").partition("/")
        if f"/{path}" != SIGN_IN_PATH:
            return None
        token = self._tokens.get(kind) if kind else next(iter(self._tokens.values()))
        return redirect(f"/#token={token}") if token else None
