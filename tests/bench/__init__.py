"""Benchmarks of the hub, each beside a floor in the same run: `python -m tests.bench` (`make bench`)."""
