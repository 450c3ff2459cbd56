"""The inventory: what names mean, and where it is kept."""
