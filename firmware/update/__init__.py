"""Takes signed releases: who may sign, manifest, segments, staging into the other slot."""
