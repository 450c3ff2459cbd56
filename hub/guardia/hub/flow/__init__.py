"""The hub: flow."""
