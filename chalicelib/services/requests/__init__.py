"""The services that answer people: request, read, list and change exports."""
