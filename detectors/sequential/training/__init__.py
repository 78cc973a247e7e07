"""Training of the trees of `sequential`; running the detector does not need this."""
