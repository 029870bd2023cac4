"""What to begin with: a config for a provider, with comments and templates."""
