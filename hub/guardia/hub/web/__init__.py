"""The hub: web."""
