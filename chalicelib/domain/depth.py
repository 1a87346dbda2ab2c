"""How much of the records of a catalogue is read."""

from __future__ import annotations

from enum import Enum


class Depth(Enum):
    """The part of a record that is read. Only products have facts apart."""

    DOCUMENT = "document"
    # The document with its facts.
    WHOLE = "whole"
