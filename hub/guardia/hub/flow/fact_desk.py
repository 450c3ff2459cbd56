"""Facts and drift for people: of the hosts on which the policies let them read, and of no other."""

from __future__ import annotations

from guardia.hub.core.authorise import Authoriser
from guardia.hub.core.message import Person
from guardia.hub.errors import NotFoundError
from guardia.hub.flow.drift_report import DriftReport, SeenFacts, drift_report, seen
from guardia.hub.ports import AgentFacts, InventoryPort


class FactDesk:
    """A host that serves several systems is shown to whoever may read all of them: facts name all of its services."""

    def __init__(self, store: AgentFacts, inventory: InventoryPort, authoriser: Authoriser) -> None:
        self._store = store
        self._inventory = inventory
        self._authoriser = authoriser

    async def facts(self, person: Person, asset_code: str) -> SeenFacts:
        """Raises `NotFoundError`: no such host, none that the person may read, or nothing was said of it yet."""
        kept = await self._store.of(asset_code) if asset_code in self._readable(person) else None
        if kept is None:
            raise NotFoundError(
                "no facts of this host",
                remedy="볼 수 있는 서버 중에 그 서버가 없거나, 그 서버의 에이전트가 아직 사실을 보내지 않았습니다. "
                "게이트웨이 뒤의 서버는 사실이 없습니다.",
            )
        return seen(kept)

    async def drift(self, person: Person) -> DriftReport:
        """Of the hosts that the person may read."""
        snapshot = self._inventory.snapshot()
        readable = self._readable(person)
        servers = [server for server in snapshot.servers if server.asset_code in readable]
        return drift_report(snapshot.revision, servers, await self._store.everything() if servers else ())

    def _readable(self, person: Person) -> set[str]:
        """Asset codes of the hosts."""
        servers = self._inventory.snapshot().servers
        hidden = {
            server.asset_code
            for server in servers
            if not self._authoriser.decide(person, "read", [server], kind="read").allowed
        }
        return {server.asset_code for server in servers} - hidden
