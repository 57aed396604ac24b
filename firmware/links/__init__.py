"""One module per kind of server that a device can serve."""
