"""The catalogue of a local run: the given one, or a demo catalogue."""

from __future__ import annotations

from pathlib import Path


def find_catalog(given: Path | None, state: Path, products: int) -> Path:
    """Return the directory of the catalogue; ValueError if the given one is not a catalogue."""
    if given is None:
        return _demo_catalog(state / f"demo-catalog-{products}", products)
    if not (given / "products.jsonl").is_file():
        raise ValueError(f"{given} is not a catalogue: products.jsonl is missing.")
    return given


def _demo_catalog(target: Path, products: int) -> Path:
    # Imported here because a run with its own catalogue does not need it.
    from local.demo_catalog import write_catalog

    complete = target / "complete"
    if not complete.exists():
        print(f"Making a demo catalogue of {products:,} products …", flush=True)
        write_catalog(target, products=products)
        complete.touch()
    return target


def load_catalog(directory: Path) -> None:
    """Load a catalogue with the operators' command `ops load-catalog`."""
    # Imported here because the command reads the environment of the deployment.
    from ops.cli import commands as operate

    # A run with fewer products than the one before deletes many.
    words = ["load-catalog", str(directory), "--shop", "default", "--yes"]
    operate(words, standalone_mode=False)
