"""Updates of devices: offered, followed by what they report, kept."""
