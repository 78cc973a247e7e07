"""Frames as faulty loops tell them."""
