"""Reading with a small model of our own: short tags instead of names in, a short notation out."""
