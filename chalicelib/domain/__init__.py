"""What an export is and how it lives: values, the state machine and the ports. The standard library only."""
