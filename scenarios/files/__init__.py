"""Readers of scenario, battery, site, fault and study files."""
