"""Fault detectors: which loop is faulty, from its own counts or from those of its neighbours."""
