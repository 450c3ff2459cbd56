"""The agent: run."""
