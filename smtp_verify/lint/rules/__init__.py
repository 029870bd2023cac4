"""One module a family of rules, one documented function a rule."""
