"""Every attempt recorded, every contact accepted exactly once; the waiting list."""
