"""Measures: `python -m benchmarks`."""
