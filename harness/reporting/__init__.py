"""Scores for a reader: tables, files, prose, pages."""
