"""A hub's data in one file: a tar with the database, what it is about, and perhaps the master key."""
