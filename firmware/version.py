"""The firmware's version (semver)."""

VERSION = "0.1.0"
