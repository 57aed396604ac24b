"""Configuration and small files that survive a power cut."""
