"""Do the work: start, write, assemble, finish, notify, recover and expire exports."""
