"""Reports of incidents and of periods: what happened, how soon people were there, what to learn."""
