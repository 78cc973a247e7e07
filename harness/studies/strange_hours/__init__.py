"""Which hours of a recording are the strangest, where, and why."""
