"""Operators, their roles, their keys, invitations and sessions."""
