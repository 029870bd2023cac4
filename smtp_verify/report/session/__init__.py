"""Sends: as text, JSON, SARIF and annotations, with diagnoses and the transcript."""
