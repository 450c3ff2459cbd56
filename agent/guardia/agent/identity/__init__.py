"""The agent's identity: enrolment, and what the daemon needs of the stored result."""
