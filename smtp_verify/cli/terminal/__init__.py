"""The terminal and the files beside it: asking, progress, output, time."""
