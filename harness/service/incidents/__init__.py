"""Alarms become incidents; pure, driven by data time."""
