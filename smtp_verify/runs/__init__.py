"""What happened when it was tried: sends and probes, their reports as data, readiness, signals."""
