"""Detectors run: on simulations, on recordings, in batteries."""
