"""Pages of explain, and the list of providers."""
