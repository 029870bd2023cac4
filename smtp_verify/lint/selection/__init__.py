"""Which findings count: codes, comments that ignore, settings."""
