"""Field formats: each file reads one, and returns recordings."""
