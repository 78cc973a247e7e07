"""Faulty loops: predictors from neighbours, and what tells a fault from them."""
