"""Composition roots, one per mode of the device; a reset leads from one to another."""
