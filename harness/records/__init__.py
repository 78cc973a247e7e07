"""Files on disk: run folders, decisions, provenance, digests, and atomic writes."""
