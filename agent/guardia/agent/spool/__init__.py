"""The spool: every step's whole output on the agent's disk, within caps, until it is old or its place is needed."""

from guardia.agent.spool.folder import Limits, Spool
from guardia.agent.spool.writer import StepSpool

__all__ = ["Limits", "Spool", "StepSpool"]
