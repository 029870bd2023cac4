"""Formats and pieces that several subjects share."""
