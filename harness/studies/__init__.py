"""Studies over many runs, one folder a subject."""
