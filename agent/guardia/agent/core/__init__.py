"""The agent: core."""
