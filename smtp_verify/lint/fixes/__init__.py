"""What to write instead of what a rule found, and making it."""
