"""What is known of boards: read from firmware/board/, checked, shown."""
