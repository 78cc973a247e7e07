"""What in a recording cannot be right, and what is missing."""
