"""Faults on purpose, for proof and soak."""
