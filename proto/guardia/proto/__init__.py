"""The wire contract of hub and agents."""
