"""What a board carries: relay, button, LED. Each offers IOs."""
