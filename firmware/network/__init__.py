"""Wi-Fi, name resolution, discovery and non-blocking sockets."""
