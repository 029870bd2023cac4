"""A probe and the sender's domain: as text and JSON."""
