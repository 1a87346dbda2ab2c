"""The fields of mutation inputs, as the command line offers them."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Final

from chalicelib.domain.request import Scope


def snake_case(name: str) -> str:
    """Return a name of GraphQL as this service spells it: `voucher_id` for `voucherId`."""
    return re.sub("[A-Z]", lambda letter: f"_{letter[0].lower()}", name)


@dataclass(frozen=True, slots=True, kw_only=True)
class InputOption:
    """One option of `ops export`, and the place of its value in the input.

    `--NAME` takes one value, one of `choices` if there are any; `many` lets it repeat and `is_json`
    decodes it. `read` makes the input's value of each text. The input gets `default` if the option
    is absent and the default is not empty, unless the option named `yields_to` is given.
    """

    name: str
    path: tuple[str, ...]
    help: str
    many: bool = False
    is_json: bool = False
    choices: tuple[str, ...] = ()
    default: str | tuple[str, ...] = ""
    yields_to: str = ""
    read: Callable[[str], Any] | None = None

    @property
    def parameter(self) -> str:
        """Return the name of the value in a request's parameters: `voucher_id` for `voucherId`."""
        return snake_case(self.path[-1])


SCOPE: Final = InputOption(
    name="scope",
    path=("scope",),
    help="Which records. Default: IDS with --id, FILTER with --filter, otherwise ALL.",
    choices=tuple(scope.value for scope in Scope),
)
IDS: Final = InputOption(
    name="id",
    path=("ids",),
    help=(
        "A record to export: number or global id; a product also by slug or SKU, a gift card or "
        "voucher code by its code. Repeatable."
    ),
    many=True,
)
FILTER: Final = InputOption(
    name="filter", path=("filter",), help="The filter input as JSON.", is_json=True
)


def _read_column(text: str) -> dict[str, str]:
    key, equals, label = text.partition("=")
    return {"key": key, "label": label} if equals else {"key": key}


COLUMN: Final = InputOption(
    name="column",
    path=("columns",),
    help="A column, as KEY or KEY=LABEL, in the order of the file. Repeatable. See ops columns.",
    many=True,
    read=_read_column,
)
SCOPED: Final = (SCOPE, IDS, FILTER)
