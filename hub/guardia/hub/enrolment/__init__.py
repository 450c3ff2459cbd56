"""Who may become an agent: the registry, the hub's own authority, and the enrolment listener."""
