"""Filters: turn a filter input into a predicate over a document."""
