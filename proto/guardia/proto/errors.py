"""The error tree of the wire contract."""


class ProtoError(Exception):
    """Base of everything that this package raises.

    `code` is stable and goes over the wire and into logs; the message says what happened and what to do.
    """

    code = "proto.error"


class FrameError(ProtoError):
    """Bytes that are not a frame, a frame over its limits, or a field outside its range."""

    code = "proto.frame"


class SessionError(ProtoError):
    """A frame that may not come in this state of the session. Close the connection with `code`."""

    code = "proto.session"


class StaleEpochError(SessionError):
    """A frame of an older epoch: another connection of the same agent has replaced this one."""

    code = "proto.epoch"


class VersionError(SessionError):
    """The peer speaks a protocol version that this side does not."""

    code = "proto.version"


class CatalogueError(ProtoError):
    """An action that the catalogue does not hold."""

    code = "catalogue.unknown_action"


class ParameterError(CatalogueError):
    """Parameters that do not fit the action: wrong type, outside the range, unknown name, forbidden characters."""

    code = "catalogue.bad_parameter"
