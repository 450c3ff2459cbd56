"""The agent: artifacts."""
