"""The hub: chat."""
