"""The composition root: settings, command line, serve, routes, health."""
