"""What a board carries: relay, button, wall switch, LED. Each offers IOs."""
