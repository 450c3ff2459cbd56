"""The hub: bus."""
