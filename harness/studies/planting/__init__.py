"""Recordings with planted incidents."""
