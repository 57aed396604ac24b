"""One file per board, and the seam to the hardware."""
