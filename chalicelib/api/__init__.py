"""The HTTP and GraphQL edge of the service."""
