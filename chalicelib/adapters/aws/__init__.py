"""Requests to AWS: clients, connections, signatures, and attributes of items."""
