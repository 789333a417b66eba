"""The open count: one public entry for each contact, in a log that outsiders check. Figures are proven, and callers stay unnamed."""
