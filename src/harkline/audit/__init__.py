"""What was done on this line, by whom, why: records that cannot be changed unnoticed. Never content, never a number."""
