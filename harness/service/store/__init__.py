"""Events, incidents, frames and checkpoints in a database."""
