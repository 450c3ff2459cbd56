"""The agent: actions."""
