"""Learned peers: scikit-learn trains them (the extra `learned`), numpy alone runs them."""
