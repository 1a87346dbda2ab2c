"""The whole service on one machine: `python -m local`."""
