"""TLS 1.3 with a shared key between hub and devices (protocol, section 10)."""
