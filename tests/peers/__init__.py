"""People at the other end of the wire: simulated callers and operators that speak the real protocols."""
