"""From a request back to the input of its mutation."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, Final

from chalicelib.domain.request import Compression, ExportRequest, IfOutdated
from chalicelib.exports import file_inputs
from chalicelib.exports.export_type import ExportType
from chalicelib.exports.input_options import FILTER, IDS, SCOPE, InputOption


def input_of(export_type: ExportType, request: ExportRequest) -> dict[str, Any]:
    """Return the input that makes this request again, without what the mutation defaults to."""
    given: dict[str, Any] = {}
    for option in export_type.options:
        value = _value_of(option, request)
        if value:
            _put(given, option.path, value)
    given["fileType"] = request.file_type
    given["formulas"] = request.formulas.value
    if request.compression is not Compression.NONE:
        given["compression"] = request.compression.value
    given |= file_inputs.csv_input(request.csv) | file_inputs.layout_input(request.layout)
    if request.if_outdated is not IfOutdated.FAIL:
        given["ifOutdated"] = request.if_outdated.value
    if request.title:
        given["title"] = request.title
    return given


_OF_EVERY_TYPE: Final[Mapping[tuple[str, ...], Callable[[ExportRequest], Any]]] = {
    SCOPE.path: lambda request: request.scope.value,
    IDS.path: lambda request: list(request.ids),
    FILTER.path: lambda request: dict(request.filter),
}


def _value_of(option: InputOption, request: ExportRequest) -> Any:
    read = _OF_EVERY_TYPE.get(option.path)
    return read(request) if read else request.parameters.get(option.parameter)


def _put(given: dict[str, Any], path: tuple[str, ...], value: Any) -> None:
    *parents, name = path
    for parent in parents:
        given = given.setdefault(parent, {})
    given[name] = value
