"""`make demo`: a hub and two virtual plugs on loopback, on ports of their own: they meet no real hub."""
