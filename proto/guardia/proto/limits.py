"""Bounds of the wire, shared by both sides. Sizes in bytes, times in seconds."""

MAX_FRAME = 1024 * 1024
"""Largest encoded frame; the transport refuses anything longer before it is read."""

OUTPUT_CHUNK = 64 * 1024
"""Largest `Output.data`."""

OUTPUT_WINDOW = 32
"""Output chunks that may be under way unacknowledged for each connection."""

MAX_OUTPUT_HEAD = 64 * 1024
MAX_OUTPUT_TAIL = 64 * 1024
"""What of a step's output travels at once: its head and its tail; counts and digest cover the whole."""

MAX_REPORT = 256 * 1024
"""Largest result envelope (canonical JSON)."""

MAX_PARAMETERS = 16 * 1024
"""Largest parameters of a step (canonical JSON)."""

MAX_FACTS = 32 * 1024
"""Largest facts of a host (canonical JSON)."""

MAX_JOURNAL_SUMMARY = 2_000
"""Steps that a hello may name; an agent with more says so and the hub asks for the rest."""

HEARTBEAT = 15.0
HEARTBEAT_MISSED = 3
"""A peer that is silent for `HEARTBEAT * HEARTBEAT_MISSED` seconds is gone: frozen TCP is noticed within 45 s."""

HELLO_TIMEOUT = 10.0
"""Time from the end of the TLS handshake to the hello, and from hello to welcome."""

MAX_HOST_KEYS = 1_000
"""Pinned SSH host keys that one gateway is told of."""

ARTIFACT_CHUNK = 256 * 1024
MAX_ARTIFACT = 2 * 1024 * 1024 * 1024
