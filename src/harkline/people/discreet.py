"""What this installation is called where a stranger may see it: in an authenticator app, among the passkeys of a device."""

NAME = "Desk"
_present = NAME


def name() -> str:
    """The name in force."""
    return _present


def use(name: str) -> None:
    """Put a name in force, for this process; the usual one where it is empty."""
    global _present
    _present = name.strip() or NAME
