"""The terms of evidence that `sequential` weighs its hypotheses by, one a file."""
