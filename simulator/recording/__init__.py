"""A recording on disk: loops, corridor, known incidents, truth."""
