"""The agent: link."""
