"""Bytes to a tree whose every value knows its place; no word of Logto in here."""
