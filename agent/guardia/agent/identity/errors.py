"""Enrolment errors that carry their own code."""

from __future__ import annotations

from guardia.agent.errors import EnrolmentError


class EnrolmentFailedError(EnrolmentError):
    """Enrolling, or loading what it stored, did not work. `code` says why, the message what to do; neither a secret."""

    def __init__(self, message: str, *, code: str) -> None:
        super().__init__(message)
        self.code = code
