"""The error tree of the agent.

`code` is stable: it goes into `Refused` and `Result` frames and into the output of `guardia-agent doctor`.
"""


class AgentError(Exception):
    """Base of everything that the agent raises on purpose; the message says what the reader can do."""

    code = "agent.error"


class ConfigError(AgentError):
    """A mistake in agent.toml, with file and line or key."""

    code = "agent.config"


class RefusedError(AgentError):
    """The step will not run, and did not."""

    code = "agent.refused"


class PolicyError(RefusedError):
    """The agent's own policy file forbids it."""

    code = "policy.denied"


class TicketError(RefusedError):
    """The ticket is missing, forged, expired, or of something else than the step."""

    code = "ticket.invalid"


class UnsupportedError(RefusedError):
    """This agent cannot do that: action, product or service manager."""

    code = "action.unsupported"


class UnknownTargetError(RefusedError):
    """No such host or service in agent.toml."""

    code = "target.unknown"


class ActionError(AgentError):
    """The action ran and did not reach its goal. `code` is set by the raiser: `service.start_failed`, …"""

    code = "action.failed"

    def __init__(self, message: str, *, code: str = "") -> None:
        super().__init__(message)
        if code:
            self.code = code


class HostError(AgentError):
    """The host could not be reached or did not answer: SSH, a missing program, no permission."""

    code = "host.error"


class HostLostError(HostError):
    """The connection to the host was lost after something may have started there: unknown, not failed. Probe."""

    code = "host.lost"


class NotTakenUpError(AgentError):
    """What an earlier process of this agent had begun cannot be followed any further; nothing was started again."""

    code = "step.not_taken_up"


class NoGroupsError(AgentError):
    """Steps run without control groups of their own, and are ended by their process trees: `cgroup.none`, the host or
    its kernel has no such groups; `cgroup.refused`, the agent may not make them where it runs."""

    code = "cgroup.none"

    def __init__(self, message: str, *, code: str = "") -> None:
        super().__init__(message)
        if code:
            self.code = code


class JournalError(AgentError):
    """The journal could not be written or read; nothing may start."""

    code = "journal.error"


class LinkError(AgentError):
    """The hub cannot be reached, or refused the connection."""

    code = "link.error"


class EnrolmentError(AgentError):
    code = "enrol.failed"
