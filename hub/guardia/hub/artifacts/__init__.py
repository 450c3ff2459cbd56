"""The hub: artifacts."""
