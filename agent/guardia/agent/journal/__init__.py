"""The agent: journal."""
