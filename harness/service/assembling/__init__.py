"""Readings become frames."""
