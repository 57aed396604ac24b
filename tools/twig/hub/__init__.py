"""The hub: the server that devices join, with its registry, its database and its API."""
