"""Faults as named context managers, and the tests that show what holds under each of them."""
