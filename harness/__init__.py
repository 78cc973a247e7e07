"""Runs detectors over scenarios, scores them and reports."""
