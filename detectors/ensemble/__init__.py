"""The ensemble: other detectors of the catalogue as members, whose votes or weighed margins decide."""
