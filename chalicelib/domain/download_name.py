"""The name that a file has when people download it."""

from __future__ import annotations

import re
from typing import Final

from chalicelib.domain.export_file import ExportFile

# Windows refuses these in names of files.
_REFUSED: Final = re.compile(r'[\x00-\x1f\x7f<>:"/\\|?*]+')


def download_name(job: ExportFile) -> str:
    """Return the title and the day of the request; without a title, the name of the stored file."""
    title = _REFUSED.sub(" ", job.request.title).strip(" .")
    if not title:
        return job.file_name
    extension = job.file_name.partition(".")[2]
    return f"{title} {job.created_at:%Y-%m-%d}.{extension}"
