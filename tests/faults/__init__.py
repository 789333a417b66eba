"""What goes wrong, and what must hold all the same: a real server, real callers, real faults."""
