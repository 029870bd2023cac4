"""What will go wrong: one module a family, one documented function a rule."""
