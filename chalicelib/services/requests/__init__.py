"""Answer people: ask for, read, list and change exports."""
