"""The layout of the table of templates. This module imports nothing of AWS."""

from __future__ import annotations

from typing import Final

TEMPLATES_KEY: Final = ("shop", "item")
# The item that counts the templates of a shop. The others begin with TEMPLATE.
COUNTER: Final = "counter"
TEMPLATE: Final = "template#"
