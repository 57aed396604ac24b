"""The keys of devices and join codes."""
