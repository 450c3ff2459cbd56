"""Ports for servers that a test starts: below those that the system lends to the connections of other tests."""

from guardia.hub.demo.ports import free_ports


def free_port() -> int:
    """A port of the loopback interface that nobody listens on now, and that no other test is given meanwhile."""
    return free_ports(1)[0]
