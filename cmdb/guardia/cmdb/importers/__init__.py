"""How an inventory comes in."""
