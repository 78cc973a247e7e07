"""One service on several machines: corridors shared by workers."""
