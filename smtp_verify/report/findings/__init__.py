"""Findings: as text, with a snippet, and for machines."""
