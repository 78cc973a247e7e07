"""Frames become decisions: one algorithm per file."""
