"""What is said on the wire: the effective settings, the session, the embedded server."""
