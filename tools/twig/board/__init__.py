"""Real boards at a serial port: flashing, backup and console."""
