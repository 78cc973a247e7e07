"""What is on disk: run folders, decisions, provenance, digests, and how files are written whole."""
