"""The demonstration: the whole system on one machine, as real processes, spoken to from outside."""
