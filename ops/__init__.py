"""The command line for operators: `python -m ops --help`."""
