"""The hub: inventory."""
