"""The connection: bytes and replies, deadlines, and what was said."""
