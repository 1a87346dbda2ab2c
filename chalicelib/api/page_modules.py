"""The modules of the page, joined: a first visit loads all of its code with one request."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from graphlib import TopologicalSorter
from typing import Final

_IMPORT: Final = re.compile(r'^import \{([^}]*)\} from "\./([\w-]+)\.js";\n', re.MULTILINE)
_EXPORT: Final = re.compile(r"^export (?=(?:async )?(?:function|class|const) (\w+))", re.MULTILINE)
# How the bundles of `make vendor` end.
_EXPORT_LIST: Final = re.compile(r"export\s*\{([^}]*)\};\s*$")
# Whole lines. Licences of the bundles begin with `/*!` and stay.
_COMMENT: Final = re.compile(r"^ *//.*\n|^ */\*\*[\s\S]*?\*/\n", re.MULTILINE)
_LATER: Final = re.compile(r'\bimport\("\./([\w-]+)\.js"\)')


def joined(sources: Mapping[str, str], entry: str) -> dict[str, str]:
    """Return the modules to serve, by name: `entry` with all that it imports, and later ones.

    They have no comments. Those that `import()` names are loaded later. They find the modules
    inside `entry` by its exports, so that each module runs once.
    """
    sources = {name: _COMMENT.sub("", source) for name, source in sources.items()}
    order = list(TopologicalSorter(_imports(sources, entry)).static_order())
    scopes = "".join(_scope(name, sources[name]) for name in order)
    exports = ", ".join(map(_variable, order))
    served = {entry: f"{scopes}export {{ {exports} }};\n"}
    inside = "".join(sources[name] for name in order)
    for name in dict.fromkeys(_LATER.findall(inside)):
        for later in _imports(sources, name).keys() - set(order):
            served[later] = _with_imports(sources[later], entry, set(order))
    return served


def _imports(sources: Mapping[str, str], entry: str) -> dict[str, list[str]]:
    """Return the modules that each module imports, for `entry` and all below it."""
    found: dict[str, list[str]] = {}
    waiting = [entry]
    while waiting:
        name = waiting.pop()
        if name not in found:
            found[name] = [match[2] for match in _IMPORT.finditer(sources[name])]
            waiting += found[name]
    return found


def _scope(name: str, source: str) -> str:
    """Return a module as a function call whose value is an object of its exports."""
    body = _IMPORT.sub(_constants, source)
    exported = [*_EXPORT.findall(body), *_listed(body)]
    body = _EXPORT_LIST.sub("", _EXPORT.sub("", body))
    value = f"(() => {{\n{body}\nreturn {{ {', '.join(exported)} }};\n}})()"
    return f"const {_variable(name)} = {value};\n"


def _with_imports(source: str, entry: str, inside: set[str]) -> str:
    """Return a later module that takes what `entry` has inside from there."""

    def taken(match: re.Match[str]) -> str:
        if match[2] not in inside:
            return match[0]
        return f'import {{ {_variable(match[2])} }} from "./{entry}.js";\n{_constants(match)}'

    return _IMPORT.sub(taken, source)


def _constants(match: re.Match[str]) -> str:
    names = match[1].replace(" as ", ": ")
    return f"const {{{names}}} = {_variable(match[2])};\n"


def _listed(body: str) -> Iterator[str]:
    """Yield `outer: inner` for each `inner as outer` in the list of exports at a module's end."""
    found = _EXPORT_LIST.search(body)
    for item in found[1].split(",") if found else ():
        inner, _, outer = item.strip().partition(" as ")
        yield f"{outer}: {inner}" if outer else inner


def _variable(name: str) -> str:
    # `export` and `sign-in` are names of modules, but not of variables.
    return f"${name.replace('-', '_')}"
