"""The memory of this process."""

from __future__ import annotations

from pathlib import Path
from typing import Final

_STATUS: Final = Path("/proc/self/status")
_PEAK: Final = "VmHWM:"


def peak_memory_bytes() -> int | None:
    """Return the most memory that this process has held at once; None outside Linux."""
    # `getrusage` would also count the peak of the process that started this one.
    try:
        status = _STATUS.read_text()
    except OSError:
        return None
    return int(status.partition(_PEAK)[2].split()[0]) * 1024 if _PEAK in status else None
