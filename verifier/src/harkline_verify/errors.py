"""What is wrong with something that was read."""


class Refused(ValueError):
    """What was read is not what it says it is: malformed, not canonical, or a proof that does not hold. The text is for people."""
