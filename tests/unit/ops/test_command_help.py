"""The help texts of the commands."""

from __future__ import annotations

from ops.cli import commands


def test_examples_in_a_help_text_keep_their_lines() -> None:
    """Click keeps the lines of a paragraph whose first line is a backspace alone."""
    helps = [command.help or "" for command in commands.commands.values()]
    marked = [line for text in helps for line in text.splitlines() if "\b" in line]
    assert marked
    assert {line.strip(" ") for line in marked} == {"\b"}
