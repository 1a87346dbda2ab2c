"""The verbs of the system, free of AWS."""
