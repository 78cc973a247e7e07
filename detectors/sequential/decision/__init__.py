"""From terms of evidence to one score per section: hypotheses, their sequential test, grouping."""
