"""What `sequential` learns of a site on line and remembers over gaps and restarts."""
