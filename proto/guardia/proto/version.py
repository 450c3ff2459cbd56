"""Version of the protocol. Both sides accept the two minor versions below their own (DESIGN: version skew)."""

MAJOR = 1
MINOR = 1
"""1: `Facts`; `Welcome` says the hub's version."""
SKEW = 2

FACTS_SINCE = 1
"""First minor version whose hubs take `Facts`."""
