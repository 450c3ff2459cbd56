"""The agent's daemon: from frames of the hub to steps that run once, and back."""
