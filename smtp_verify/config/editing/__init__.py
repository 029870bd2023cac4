"""Changes in a text that keep its comments and layout."""
