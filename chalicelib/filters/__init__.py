"""From a filter input to a predicate over a document."""
