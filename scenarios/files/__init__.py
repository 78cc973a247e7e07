"""Files that say what is to happen: read, checked, and resolved into scenarios."""
