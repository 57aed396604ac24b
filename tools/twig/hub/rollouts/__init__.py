"""Rollouts: a release for many devices, in waves, each of which has to prove it before the next."""
