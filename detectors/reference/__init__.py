"""Detectors that fix the ends of the scale: never an alarm, alarms at random."""
