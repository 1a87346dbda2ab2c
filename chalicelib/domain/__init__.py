"""The rules of exports, in the standard library only: jobs, leases, segments, messages, ports."""
