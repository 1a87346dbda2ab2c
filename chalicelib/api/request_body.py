"""From the body of a GraphQL request to its parts, in every content type that Saleor accepts."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping
from email import policy
from email.message import Message
from email.parser import HeaderParser
from typing import Any, Final
from urllib.parse import parse_qsl

from chalicelib.api.graphql_errors import QueryRefused

# Requests have four parameters; `operations` and `map` come with uploads.
MAX_FORM_FIELDS: Final = 20
# Python's parser takes quadratic time for parameters: 20 seconds for 40 KB of `;`, which strangers
# can send. A name has a few characters, and that of a file 255.
MAX_HEADER_CHARACTERS: Final = 1_000
# A form can break its parser in more ways than JSON can.
_UNREADABLE: Final = (ValueError, RecursionError, LookupError, TypeError, AttributeError)


def read_body(raw: bytes, content_type: str) -> Any:
    """Return one request, or a list of them, as plain JSON values.

    QueryRefused if the body cannot be read.

    A body of an unknown type is read as JSON.
    """
    read = _READERS.get(content_type.partition(";")[0].strip().lower(), _read_json)
    return _checked(lambda: read(raw, content_type))


def read_parameters(parameters: Mapping[str, str]) -> Any:
    """Return the request in the parameters of a URL; QueryRefused if they cannot be read."""
    return _checked(lambda: _read_variables(parameters))


def _checked(read: Callable[[], Any]) -> Any:
    try:
        body = read()
        # JSON can hold half a character ("\\ud800"), which no table can store and no answer can
        # carry.
        json.dumps(body, ensure_ascii=False).encode()
    except _UNREADABLE as error:
        raise QueryRefused("Unable to parse query.") from error
    return body


def _read_json(raw: bytes, content_type: str) -> Any:
    return json.loads(raw)


def _read_query(raw: bytes, content_type: str) -> Any:
    return {"query": raw.decode()}


def _read_form(raw: bytes, content_type: str) -> Any:
    fields = parse_qsl(raw.decode(), keep_blank_values=True, max_num_fields=MAX_FORM_FIELDS)
    return _read_variables(dict(fields))


def _read_multipart(raw: bytes, content_type: str) -> Any:
    """Return `operations` of the GraphQL multipart request specification, or plain fields.

    No input takes a file, so files and their `map` are ignored.
    """
    fields = _form_fields(raw, content_type)
    return json.loads(fields["operations"]) if "operations" in fields else _read_variables(fields)


def _form_fields(raw: bytes, content_type: str) -> dict[str, str]:
    """Return the fields of a multipart form that are not files (RFC 7578)."""
    fields = {}
    for part in _parts(raw, content_type):
        head, _, text = part.partition(b"\r\n\r\n")
        header = _read_head(head.decode(errors="replace"))
        name: Any = header.get_param("name", header="content-disposition")
        if name is not None and header.get_filename() is None:
            fields[name] = text.decode()
    return fields


def _parts(raw: bytes, content_type: str) -> Iterator[bytes]:
    """Yield the parts of a multipart form, each with its headers; ValueError for too many."""
    boundary = _read_head(f"Content-Type: {content_type}").get_boundary()
    if not boundary:
        raise ValueError("no boundary")
    parts = (b"\r\n" + raw).split(b"\r\n--" + boundary.encode())[1:]
    if len(parts) > MAX_FORM_FIELDS:
        raise ValueError("too many fields")
    # What follows the last boundary begins with `--`.
    return (part.removeprefix(b"\r\n") for part in parts if not part.startswith(b"--"))


def _read_head(text: str) -> Message:
    """Return the headers of a part; ValueError if they are too long to be read."""
    if len(text) > MAX_HEADER_CHARACTERS:
        raise ValueError("long headers")
    return HeaderParser(policy=policy.HTTP).parsestr(text.strip())


def _read_variables(fields: Mapping[str, Any]) -> dict[str, Any]:
    """Return the fields of a form with `variables` and `extensions` decoded.

    A form has texts only.
    """
    decoded = {
        name: json.loads(fields[name]) for name in ("variables", "extensions") if fields.get(name)
    }
    return {**fields, **decoded}


_READERS: Final[Mapping[str, Callable[[bytes, str], Any]]] = {
    "application/graphql": _read_query,
    "application/x-www-form-urlencoded": _read_form,
    "multipart/form-data": _read_multipart,
}
