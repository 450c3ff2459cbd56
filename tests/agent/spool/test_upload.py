"""Bringing output to the hub never fails: what goes wrong is the answer."""

import structlog

from guardia.agent.errors import LinkError
from guardia.agent.spool.upload import OutputUploader
from guardia.proto.frames import OutputFetch, Stream
from tests.agent.spool.test_spool import make, spooled


async def test_without_an_identity_the_hub_is_told_at_once(tmp_path):
    def context():
        raise LinkError("no identity to connect with")

    spool = make(tmp_path)
    await spooled(spool, "S1", (Stream.STDOUT, b"one\n"))
    uploader = OutputUploader("wss://hub:1/agent", context, spool)
    with structlog.testing.capture_logs() as logs:
        refused = await uploader.upload(OutputFetch(fetch_id="F1", step_id="S1"))
    assert (refused.fetch_id, refused.code) == ("F1", "output.upload_failed")
    assert logs[0]["reason"] == "no identity to connect with"
    assert uploader._under_way == 0
