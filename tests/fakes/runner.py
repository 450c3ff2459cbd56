"""An action that does what the test says, on a host that has only processes."""

import asyncio
from typing import Self

from guardia.agent.actions.base import Context, Plan, Probed
from guardia.agent.core.procfs import Start
from guardia.agent.ports import Process
from guardia.proto.catalogue import ChangeReport
from guardia.proto.frames import ProbeVerdict


class FakeHost:
    def __init__(self, asset: str = "APP-WAS-01") -> None:
        self.asset = asset
        self.user = "app"
        self.living: dict[int, Process] = {}

    def of_step(self, _step_id: str) -> Self:
        return self

    async def over(self) -> None:
        """Nothing is kept."""

    def live(self, pid: int, started_ms: int, *, start_ticks: int = 0, boot_id: str = "") -> None:
        self.living[pid] = Process(
            pid=pid,
            ppid=1,
            user="app",
            command="app",
            started_ms=started_ms,
            rss=0,
            start_ticks=start_ticks,
            boot_id=boot_id,
        )

    async def process(self, pid: int) -> Process | None:
        return self.living.get(pid)

    async def process_start(self, pid: int) -> Start:
        found = self.living.get(pid)
        return found.start if found else Start()


class ScriptedRunner:
    """Counts its runs. `script(context)` is the body of `run`; `hold()` makes runs wait for `release`."""

    def __init__(self) -> None:
        self.runs = 0
        self.befores = 0
        self.cancelled = 0
        self.plan = Plan(commands=(("/bin/app", "restart"),), user="app", notes=("앱을 재기동합니다.",))
        self.verdict = Probed(verdict=ProbeVerdict.NOT_APPLIED, detail="pid unchanged", after={"pid": "10"})
        self.script = None
        self.entered = asyncio.Event()
        self.release = asyncio.Event()
        self.release.set()

    def hold(self) -> None:
        self.release.clear()

    async def explain(self, context: Context) -> Plan:
        return self.plan

    async def before(self, context: Context) -> dict[str, str]:
        self.befores += 1
        return {"pid": "10"}

    async def run(self, context: Context) -> ChangeReport:
        self.runs += 1
        self.entered.set()
        try:
            if self.script is not None:
                await self.script(context)
            await self.release.wait()
        except asyncio.CancelledError:
            self.cancelled += 1
            raise
        return ChangeReport(action="RESTART_SERVICE", asset=context.asset, summary="재기동했습니다.", changed=True)

    async def probe(self, context: Context, before: dict[str, str]) -> Probed:
        return self.verdict
