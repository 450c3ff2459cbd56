"""What the server of artifacts does without a connection: in which order it reads and sends."""

import json

from guardia.hub.artifacts.server import BLOCK, ArtifactServer
from guardia.proto.limits import ARTIFACT_CHUNK
from tests.hub.links.parts import Artifacts

SHA = "a" * 64
SIZE = 3 * BLOCK + 17


class QuickSocket:
    """Takes everything at once, as long as the kernel's buffers do; notes how much was read by then."""

    def __init__(self, artifacts: Artifacts) -> None:
        self._artifacts = artifacts
        self.texts: list[dict[str, object]] = []
        self.data = b""
        self.reads_at: list[tuple[int, int]] = []
        """Of each chunk: where it begins, and how many blocks were asked of the source."""

    async def send(self, message: str | bytes | memoryview) -> None:
        if isinstance(message, str):
            self.texts.append(json.loads(message))
            return
        assert len(message) <= ARTIFACT_CHUNK
        self.reads_at.append((len(self.data), len(self._artifacts.reads)))
        self.data += message


async def allow(_agent: str, _sha256: str) -> bool:
    return True


async def test_the_next_block_is_being_read_while_one_is_sent_though_no_send_waits() -> None:
    artifacts = Artifacts()
    artifacts.files[SHA] = bytes(range(251)) * (SIZE // 251 + 1)
    artifacts.files[SHA] = artifacts.files[SHA][:SIZE]
    socket = QuickSocket(artifacts)
    await ArtifactServer(artifacts, allow).serve(socket, "was01", SHA, 0)
    assert socket.data == artifacts.files[SHA]
    assert socket.texts == [{"size": SIZE, "offset": 0}, {"done": True}]
    for at, reads in socket.reads_at:
        assert reads == min(4, at // BLOCK + 2), f"the block after the one that begins at {at} is asked for"
