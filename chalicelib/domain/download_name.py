"""The name that a file has when people download it."""

from __future__ import annotations

import re
from datetime import UTC
from typing import Final
from zoneinfo import ZoneInfo

from chalicelib.domain.export_file import ExportFile
from chalicelib.words.text import in_language, say

# Windows refuses these in names of files.
_REFUSED: Final = re.compile(r'[\x00-\x1f\x7f<>:"/\\|?*]+')


def download_name(job: ExportFile) -> str:
    """Return the title and the day of the request, in the time zone of the file.

    Files for people are named after their type if they have no title. Other files without a title
    have the name of the stored file.
    """
    name = _title(job) or _type_name(job)
    if not name:
        return job.file_name
    zone = job.request.layout.time_zone
    day = job.created_at.astimezone(ZoneInfo(zone) if zone else UTC)
    extension = job.file_name.partition(".")[2]
    return f"{name} {day:%Y-%m-%d}.{extension}"


def _title(job: ExportFile) -> str:
    return " ".join(_REFUSED.sub(" ", job.request.title).split()).strip(" .")


def _type_name(job: ExportFile) -> str:
    if not job.request.layout.is_for_people:
        return ""
    records = say(job.request.export_type.replace("_", " "))
    return in_language(records, job.language).capitalize()
