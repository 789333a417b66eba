"""Waiting contacts × operators on duty: offers, time-outs, escalation, and what goes out again."""
