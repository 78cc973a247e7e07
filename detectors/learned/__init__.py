"""Learned detectors to compare with: scikit-learn trains them (the extra `learned`), numpy alone runs them."""
