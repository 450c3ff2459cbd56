"""Measuring a model: a set of messages through an endpoint, scored, and the report."""
