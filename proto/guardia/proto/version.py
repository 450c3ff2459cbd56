"""Version of the protocol. Both sides accept the two minor versions below their own (DESIGN: version skew)."""

MAJOR = 1
MINOR = 1
SKEW = 2
