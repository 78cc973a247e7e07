"""Frames as faulty loops read them."""
