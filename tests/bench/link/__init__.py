"""Benchmarks of the link, each beside its floor in the same run: one file a measure, `cases.py` lists them."""
