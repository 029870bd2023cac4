"""A rendered template: as text, JSON and an HTML page."""
