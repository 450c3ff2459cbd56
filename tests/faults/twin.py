"""One identity on two hosts: a copied disk, a restored image."""

from __future__ import annotations

import contextlib
import shutil
from collections.abc import AsyncIterator

from guardia.hub.demo.runner import command
from tests.faults.catalogue import fault
from tests.faults.small import ASSET, SmallSystem, until

TWIN = "agent-twin"


@fault(
    "두 호스트의 같은 신원",
    made="에이전트의 상태 디렉터리를 복사해 두 번째 에이전트를 띄웁니다.",
    holds="가장 새 연결만 남습니다(epoch). 밀려난 쪽은 `link.superseded`를, 허브는 `link.identity_twice`를 적습니다. "
    "접수를 들은 단계는 다시 보내지 않습니다.",
)
@contextlib.asynccontextmanager
async def identity_twice(system: SmallSystem) -> AsyncIterator[None]:
    """A second agent with the same key runs during the block; it was welcomed when the block begins."""
    folder = system.root / "twin"
    shutil.copytree(system.agent_state, folder / "state", symlinks=True, ignore=shutil.ignore_patterns("lock"))
    config = folder / "agent.toml"
    text = system.agent_config(ASSET).read_text(encoding="utf-8")
    config.write_text(text.replace(str(system.agent_state), str(folder / "state")), encoding="utf-8")
    config.chmod(0o600)
    system.spawn(TWIN, [command("guardia-agent"), "--config", str(config), "run"])
    try:
        await until(lambda: "link.connected" in system.log(TWIN), "the twin is welcomed")
        yield
    finally:
        system.kill(TWIN)
        shutil.rmtree(folder)
        await system.restart_agent()
