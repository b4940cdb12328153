"""Ordering rules: data to load, an engine to ask a boot."""
