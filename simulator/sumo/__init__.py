"""SUMO: its files, its process, and what is read from both."""
