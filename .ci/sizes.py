"""Measure how long functions and modules are and how many comments explain them."""

from __future__ import annotations

import ast
import io
import sys
import tokenize
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from statistics import median, quantiles

Function = ast.FunctionDef | ast.AsyncFunctionDef


@dataclass(frozen=True, slots=True)
class Sizes:
    """The sizes of a package: lines of each function's body and of each module, by name."""

    functions: dict[str, int]
    modules: dict[str, int]

    @property
    def function_median(self) -> float:
        """Return the median of the lines of body."""
        return median(self.functions.values())

    @property
    def function_90th(self) -> float:
        """Return the 90th percentile of the lines of body."""
        return quantiles(self.functions.values(), n=10)[-1]


def measure(package: Path) -> Sizes:
    """Return the sizes of all modules below a directory."""
    functions: dict[str, int] = {}
    modules: dict[str, int] = {}
    for path in sorted(package.rglob("*.py")):
        source = path.read_text(encoding="utf-8")
        name = str(path.relative_to(package.parent))
        modules[name] = len(source.splitlines())
        functions |= {f"{name}:{line} {called}": size for line, called, size in _bodies(source)}
    return Sizes(functions, modules)


def comments_per_100_lines(package: Path) -> float:
    """Return the comments of all modules below a directory, per 100 lines that are not blank."""
    sources = [path.read_text(encoding="utf-8") for path in package.rglob("*.py")]
    lines = sum(bool(line.strip()) for source in sources for line in source.splitlines())
    return 100 * sum(map(count_comments, sources)) / lines


def _bodies(source: str) -> Iterator[tuple[int, str, int]]:
    """Yield line, name and lines of code of each function, without docstrings and blank lines."""
    lines = source.splitlines()
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, Function):
            body = lines[_first_line(node) - 1 : node.end_lineno]
            yield node.lineno, node.name, sum(_is_code(line) for line in body)


def _first_line(node: Function) -> int:
    """Return the line after the docstring, where there is one."""
    if ast.get_docstring(node) is None:
        return node.body[0].lineno
    return (node.body[0].end_lineno or 0) + 1


def _is_code(line: str) -> bool:
    return bool(line.strip()) and not line.strip().startswith("#")


def count_comments(source: str) -> int:
    """Count the comments of a source that are for people, not for a tool."""
    tokens = tokenize.generate_tokens(io.StringIO(source).readline)
    texts = [token.string for token in tokens if token.type == tokenize.COMMENT]
    directives = ("# noqa", "# type:", "# fmt:", "# pragma:")
    return sum(not text.startswith(directives) for text in texts)


def main() -> None:
    """Print the sizes of the packages that are named, `chalicelib` unless one is."""
    for package in sys.argv[1:] or ["chalicelib"]:
        root = Path(package).resolve()
        sizes = measure(root)
        print(
            f"{package}: {len(sizes.functions)} functions, "
            f"lines of body: median {sizes.function_median:g}, "
            f"90th percentile {sizes.function_90th:g}, longest {max(sizes.functions.values())}; "
            f"{len(sizes.modules)} modules: median {median(sizes.modules.values()):g}, "
            f"longest {max(sizes.modules.values())}; "
            f"{comments_per_100_lines(root):.1f} comment lines per 100 lines"
        )


if __name__ == "__main__":
    main()
