"""The hub: store."""
