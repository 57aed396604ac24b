"""The hub's keys: of devices and of join codes (protocol, section 10)."""
