"""The hub: core."""
