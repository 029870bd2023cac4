"""What a config may hold: the keys as a table, the connector's guard, what Save strips, placeholders."""
