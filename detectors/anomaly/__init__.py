"""Learned anomaly detectors: what a section's traffic looks like without incidents, and how unlike that a frame is."""
