"""The drill: runs with known truth through detectors and correlation, scored."""
