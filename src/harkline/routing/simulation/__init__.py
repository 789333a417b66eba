"""A day, or a load, played through a policy: what callers would have met."""
