"""Turn the options of `ops export` into the mutation's input.

Each export type says which options it takes.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping
from contextlib import suppress
from pathlib import Path
from typing import Any, Final, TypeVar

import click

from chalicelib.domain.file_options import (
    CellTypes,
    DecimalMark,
    Delimiter,
    Descriptions,
    Layout,
    Names,
)
from chalicelib.domain.request import Compression, ExportRequest, Formulas, IfOutdated, Scope
from chalicelib.errors import RequestRefused
from chalicelib.exports.export_type import ExportType
from chalicelib.exports.file_inputs import EXCEL
from chalicelib.exports.input_options import COLUMN, FILTER, IDS, SCOPE, InputOption
from chalicelib.exports.registry import EXPORT_TYPES
from chalicelib.formats.registry import FileType, format_of

Command = TypeVar("Command", bound=Callable[..., Any])
Options = Mapping[str, Any]

FILE_OPTIONS: Final = (
    InputOption(
        name="file-type",
        path=("fileType",),
        help="The format.",
        choices=tuple(FileType),
        default="CSV",
    ),
    InputOption(
        name="formulas",
        path=("formulas",),
        help="Disarm texts that a spreadsheet would run, or not. Default: the deployment's choice.",
        choices=tuple(Formulas),
    ),
    InputOption(
        name="if-outdated",
        path=("ifOutdated",),
        help="What to do if the shop cannot be read for five minutes: FAIL, or USE_STORED data.",
        choices=tuple(IfOutdated),
    ),
    InputOption(
        name="compression",
        path=("compression",),
        help="GZIP makes a .csv.gz or .jsonl.gz file.",
        choices=tuple(Compression),
    ),
    InputOption(
        name="csv-preset",
        path=("csv", "preset"),
        help="EXCEL makes a CSV file that Excel opens by double click.",
        choices=(EXCEL,),
    ),
    InputOption(
        name="csv-delimiter",
        path=("csv", "delimiter"),
        help="The delimiter of CSV. Default: COMMA.",
        choices=tuple(Delimiter),
    ),
    InputOption(
        name="csv-decimal",
        path=("csv", "decimal"),
        help="The decimal mark of CSV. Default: POINT.",
        choices=tuple(DecimalMark),
    ),
    InputOption(
        name="csv-bom",
        path=("csv", "bom"),
        help="Whether CSV begins with a byte order mark.",
        choices=("true", "false"),
        is_json=True,
    ),
    InputOption(
        name="layout",
        path=("layout",),
        help="PEOPLE makes a file that people read. Default: CONTRACT.",
        choices=tuple(Layout),
    ),
    InputOption(
        name="time-zone",
        path=("cells", "timeZone"),
        help="The time zone of times, for example Europe/Berlin.",
    ),
    InputOption(
        name="descriptions",
        path=("cells", "descriptions"),
        help="Descriptions as plain TEXT or as the JSON of the editor.",
        choices=tuple(Descriptions),
    ),
    InputOption(
        name="names",
        path=("cells", "names"),
        help="NAME writes names instead of slugs.",
        choices=tuple(Names),
    ),
    InputOption(
        name="types",
        path=("cells", "types"),
        help="Whether numbers, amounts, dates and booleans are TYPED cells or TEXT.",
        choices=tuple(CellTypes),
    ),
)


def _suffixes() -> Iterator[tuple[str, dict[str, str]]]:
    """Yield the suffixes of the registered formats with the options that each implies."""
    for file_type in FileType:
        plain = format_of(ExportRequest(export_type="", file_type=file_type))
        with suppress(RequestRefused):
            packed = plain.gzipped().file_extension
            yield f".{packed}", {"file_type": file_type.value, "compression": "GZIP"}
        yield f".{plain.file_extension}", {"file_type": file_type.value, "compression": "NONE"}


SUFFIXES: Final[Mapping[str, Mapping[str, str]]] = dict(_suffixes())
# Programs would open a file of such a name as a format that it does not have.
MISLEADING_SUFFIXES: Final = (".gz", ".zip", ".json", ".ndjson", ".xls", ".xlsm", ".ods")
TABS: Final = ".tsv"
_OPTIONS: Final = {
    option.name: option
    for options in (*(one.options for one in EXPORT_TYPES.values()), FILE_OPTIONS)
    for option in options
}


def input_options(command: Command) -> Command:
    """Add every option of every export type to a command."""
    # Click lists options in the reverse order of their decorators.
    for option in reversed(_OPTIONS.values()):
        command = _click_option(option)(command)
    return command


def read_suffix(out: Path, options: Options) -> dict[str, Any]:
    """Return the options with the format that the name of the file implies.

    UsageError if the name contradicts the options: the file would not be what its name says.
    """
    implied = SUFFIXES.get(_suffix_of(out.name), {})
    for name, value in implied.items():
        if options[name] not in (None, value):
            option = name.replace("_", "-")
            raise click.UsageError(f"{out.name} does not go with --{option} {options[name]}.")
    is_chosen = implied or options["file_type"] or options["compression"]
    if not is_chosen and out.suffix.lower() == TABS and not _has_tabs(options):
        raise click.UsageError(f"{out.name} would have commas. Add --csv-delimiter TAB.")
    if not is_chosen and out.suffix.lower() in MISLEADING_SUFFIXES:
        raise click.UsageError(
            f"{out.name} has the suffix of another format. Use {', '.join(SUFFIXES)}, "
            "or name the format with --file-type."
        )
    return {**options, **implied}


def _has_tabs(options: Options) -> bool:
    return options["csv_delimiter"] == Delimiter.TAB or bool(options["csv_preset"])


def check_suffix(out: Path, file_name: str) -> None:
    """Raise UsageError if a path has the suffix of another format than the file of an export."""
    suffix = _suffix_of(file_name)
    is_other = _suffix_of(out.name) or out.suffix.lower() in MISLEADING_SUFFIXES
    if suffix and is_other and _suffix_of(out.name) != suffix:
        raise click.UsageError(
            f"{out.name} has the suffix of another format. The file of this export is a {suffix}."
        )


def _suffix_of(name: str) -> str:
    """Return the suffix of a format that a name has, or ""."""
    return next((suffix for suffix in SUFFIXES if name.lower().endswith(suffix)), "")


def make_input(export_type: ExportType, options: Options) -> dict[str, Any]:
    """Return the mutation's input; UsageError for options that this type does not have."""
    _check_options(export_type, options)
    _check_records(export_type, options)
    chosen = {**options, _key(SCOPE): _scope(options) or Scope.ALL.value}
    return _input(export_type, chosen, _value)


def make_changes(export_type: ExportType, options: Options) -> dict[str, Any]:
    """Return what the options change in the input of a template: no defaults; UsageError."""
    _check_options(export_type, options)
    chosen = {**options, _key(SCOPE): _scope(options)}
    return _input(export_type, chosen, _given)


def _input(
    export_type: ExportType, options: Options, value: Callable[[InputOption, Options], Any]
) -> dict[str, Any]:
    given: dict[str, Any] = {}
    for option in (*export_type.options, *FILE_OPTIONS):
        _place(given, option.path, value(option, options))
    return given


def _value(option: InputOption, chosen: Options) -> Any:
    """Return the value of an option for the input, or its default."""
    if not _is_given(chosen[_key(option)]):
        return "" if chosen.get(option.yields_to) else option.default
    return _given(option, chosen)


def _given(option: InputOption, chosen: Options) -> Any:
    """Return the value of an option for the input."""
    value = chosen[_key(option)]
    return tuple(map(option.read, value)) if option.read else value


def _click_option(option: InputOption) -> Callable[[Command], Command]:
    return click.option(
        f"--{option.name}",
        _key(option),
        multiple=option.many,
        type=click.Choice(option.choices) if option.choices else click.STRING,
        callback=_read_json if option.is_json else _read_text,
        help=option.help,
    )


def _key(option: InputOption) -> str:
    return option.name.replace("-", "_")


def _read_text(context: click.Context, option: click.Parameter, given: Any) -> Any:
    # Often a variable of a script that is not set. Without the option, the export would be larger.
    if given == "" or (isinstance(given, tuple) and "" in given):
        raise click.BadParameter("it is empty. Leave the option out, or give a value.")
    return given


def _read_json(context: click.Context, option: click.Parameter, given: str | None) -> Any:
    if _read_text(context, option, given) is None:
        return None
    try:
        value = json.loads(str(given))
    except ValueError as error:
        raise click.BadParameter(f"this is not JSON: {error}") from error
    if value in (None, {}):  # Often of a script that found nothing. All records would be exported.
        raise click.BadParameter(f"{given} chooses nothing. Leave the option out, or give a value.")
    return value


def _is_given(value: Any) -> bool:
    """Return whether an option has a value. False is one; Click gives () for no repetition."""
    return value not in (None, "", (), {})


def _check_options(export_type: ExportType, options: Options) -> None:
    # An option that the service never sees would leave the export larger than the user asked for.
    known = {*export_type.options, *FILE_OPTIONS}
    for option in _OPTIONS.values():
        if _is_given(options[_key(option)]) and option not in known:
            raise click.UsageError(f"--{option.name} is not an option of {export_type.word}.")


def _check_records(export_type: ExportType, options: Options) -> None:
    """Raise UsageError if nothing says which records of a type without scopes to export."""
    named = [option for option in export_type.options if option is not COLUMN]
    if SCOPE not in named and not any(_is_given(options[_key(option)]) for option in named):
        names = ", ".join(f"--{option.name}" for option in named)
        raise click.UsageError(f"Say which {export_type.label} to export: {names}.")


def _scope(options: Options) -> str | None:
    """Return the scope that is given or implied, None for neither.

    UsageError if it contradicts the other options.
    """
    given, ids, chosen = (options[_key(option)] for option in (SCOPE, IDS, FILTER))
    if ids and _is_given(chosen):
        raise click.UsageError("Use --id or --filter, not both.")
    implied = Scope.IDS.value if ids else Scope.FILTER.value if _is_given(chosen) else None
    if given and implied and given != implied:
        raise click.UsageError(f"--{'id' if ids else 'filter'} does not go with --scope {given}.")
    return given or implied


def _place(given: dict[str, Any], path: tuple[str, ...], value: Any) -> None:
    """Put a value at its path of the input; an empty value is left out."""
    if not _is_given(value):
        return
    *groups, name = path
    for group in groups:
        given = given.setdefault(group, {})
    given[name] = list(value) if isinstance(value, tuple) else value
