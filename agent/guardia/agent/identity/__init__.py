"""The agent: identity."""
