"""Scenarios as data: corridor, demand, incidents, faults, batteries."""
