"""How much memory this process has needed."""

from __future__ import annotations

from pathlib import Path
from typing import Final

_STATUS: Final = Path("/proc/self/status")
_PEAK: Final = "VmHWM:"


def peak_memory_bytes() -> int | None:
    """The most that this process has held at once; None where no Linux tells.

    Not `getrusage`: its peak begins with what the process that started this one had held.
    """
    try:
        status = _STATUS.read_text()
    except OSError:
        return None
    return int(status.partition(_PEAK)[2].split()[0]) * 1024 if _PEAK in status else None
