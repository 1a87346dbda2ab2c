"""Show where the processor time of each export goes, as a table and as a picture."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from benchmarks.measures import run_module
from benchmarks.profiled import PARTS
from benchmarks.replay import Replay
from benchmarks.shop import RECORDED
from benchmarks.units import Export

WORK_SECONDS: Final = 4
PICTURE: Final = Path(__file__).parent / "PROFILES.png"


@dataclass(frozen=True, slots=True)
class Profile:
    """The processor seconds of an export, by part."""

    export: Export
    seconds: dict[str, float]


def measure_profile(export: Export) -> Profile:
    """Return where the processor time of an export goes."""
    words = (export.columns, export.file_type, str(WORK_SECONDS))
    with Replay(export.products) as replay:
        return Profile(export, run_module(replay.url, "benchmarks.profiled", *words))


def profiles_table(profiles: Sequence[Profile]) -> str:
    """Return a Markdown table with a line for each export, in milliseconds."""
    lines = [f"| ms | {' | '.join(PARTS)} | together |", "|---" + "|--:" * (len(PARTS) + 1) + "|"]
    for one in profiles:
        milliseconds = [1000 * one.seconds[part] for part in PARTS]
        cells = [f"{figure:.1f}" for figure in (*milliseconds, sum(milliseconds))]
        lines.append(f"| {one.export.name} | {' | '.join(cells)} |")
    return "\n".join(lines)


def draw(profiles: Sequence[Profile], path: Path = PICTURE) -> None:
    """Draw a bar for each export, with a piece for each part."""
    import matplotlib as mpl

    mpl.use("Agg")
    from matplotlib import pyplot as plt

    figure, axes = plt.subplots(figsize=(10, 5), layout="constrained")
    names = [one.export.name for one in profiles]
    left = [0.0] * len(profiles)
    for part in PARTS:
        widths = [1000 * one.seconds[part] for one in profiles]
        axes.barh(names, widths, left=left, label=part)
        left = [before + width for before, width in zip(left, widths, strict=True)]
    axes.invert_yaxis()
    axes.set(xlabel=f"processor time of the worker function, ms ({RECORDED:,} products)")
    axes.grid(axis="x", alpha=0.3)
    figure.legend(loc="outside upper center", ncols=4, fontsize="small")
    figure.savefig(path, dpi=110)
    plt.close(figure)
