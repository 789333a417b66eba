"""What every stage stands on: clock, bell, database pool, timers."""
