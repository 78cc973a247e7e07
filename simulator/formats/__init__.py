"""Field data of others, one format a file, made into recordings."""
