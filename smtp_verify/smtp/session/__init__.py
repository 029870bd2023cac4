"""One session stage by stage."""
