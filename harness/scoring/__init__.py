"""Scores: counts, rates and intervals from decisions and truth."""
