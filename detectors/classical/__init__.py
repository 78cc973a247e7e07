"""Published detectors that compare station averages."""
