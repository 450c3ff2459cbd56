"""The hub: links."""
