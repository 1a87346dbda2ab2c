"""Records that are read from a connected shop while an export runs."""
