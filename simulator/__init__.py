"""A scenario becomes loop frames and truth."""
