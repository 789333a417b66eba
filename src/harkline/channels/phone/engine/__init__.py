"""The embedded telephone engine: a child process of its own, spoken to over a pair of local sockets that nobody else can open.

It runs apart because a crash in the SIP library must not take the line down, and because a busy page must not be heard: in the
web process the audio clock was late by up to 136 ms, here by 2 ms. Nothing in this package imports Django.
"""
