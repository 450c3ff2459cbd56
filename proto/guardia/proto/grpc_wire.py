"""What both gRPC adapters agree on: the call, and the options of gRPC itself. Does not import grpc.

The call is `Fleet.Link` of fleet.proto. Messages are the codec's bytes as they are, so no generated stub is needed.
"""

from __future__ import annotations

from collections.abc import MutableMapping

from guardia.proto.limits import MAX_FRAME

SERVICE = "guardia.v1.Fleet"
METHOD = "Link"
PATH = f"/{SERVICE}/{METHOD}"

OPTIONS: tuple[tuple[str, int], ...] = (
    ("grpc.max_receive_message_length", MAX_FRAME),
    ("grpc.max_send_message_length", MAX_FRAME),
    # The length is checked before decompression: a peer could otherwise make us unpack a gigabyte.
    ("grpc.per_message_compression", 0),
    ("grpc.per_message_decompression", 0),
    # Without the bandwidth probe the receive window stays at 64 KiB: that is what a slow reader costs.
    ("grpc.http2.bdp_probe", 0),
    ("grpc.max_metadata_size", 8 * 1024),
)
"""Of channels and servers."""


NO_TLS_1_2 = "ECDHE-PSK-CHACHA20-POLY1305"
"""gRPC has no setting for the version of TLS. Its list of cipher suites is about TLS 1.2 alone (BoringSSL fixes those
of 1.3), and a suite with a shared key is none that two sides with certificates can agree on: what is left is 1.3."""


def prepare(environ: MutableMapping[str, str]) -> None:
    """Set what gRPC reads from the environment when it is imported: call with `os.environ` before that.

    Its fork handlers stay off, since steps are started by vfork while a channel is open; names are looked up as
    everything else on the host does; failed handshakes of strangers do not fill the log (`GRPC_VERBOSITY=error` shows
    them); TLS is 1.3, on both sides, for all of gRPC in this process.
    """
    environ["GRPC_SSL_CIPHER_SUITES"] = NO_TLS_1_2
    environ["GRPC_ENABLE_FORK_SUPPORT"] = "0"
    environ.setdefault("GRPC_DNS_RESOLVER", "native")
    environ.setdefault("GRPC_VERBOSITY", "NONE")
