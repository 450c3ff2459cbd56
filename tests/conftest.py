"""What must stand before any test module is imported: gRPC reads its environment then, as in the programs."""

import os

from guardia.proto import grpc_wire

grpc_wire.prepare(os.environ)
