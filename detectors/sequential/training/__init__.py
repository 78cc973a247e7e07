"""How the trees of `sequential` are fitted; running the detector does not need this."""
