"""What an operator of Waybill runs: `python -m ops --help`."""
