"""The hub: enrolment."""
