"""What each command does, from its request to its exit code."""
