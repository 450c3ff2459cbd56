"""The hub's second listener: off unless it is configured, one admission with the first, and an extra."""

from __future__ import annotations

import asyncio
import contextlib
import sys
from pathlib import Path

import pytest

from guardia.hub.app import Hub, init
from guardia.hub.config import (
    AgentsGrpcSection,
    AgentsSection,
    Config,
    EnrolmentSection,
    HubSection,
    WebSection,
    load_config,
)
from guardia.hub.errors import ConfigError


async def make(folder: Path, **sections: object) -> Hub:
    config = Config(hub=HubSection(state_dir=str(folder / "state")), **sections)  # type: ignore[arg-type]
    await asyncio.to_thread(init, config)
    return Hub(config)


async def test_without_configuration_there_is_one_listener(tmp_path: Path) -> None:
    hub = await make(tmp_path)
    assert hub.grpc_links is None
    hub.database.close()


async def test_both_listeners_share_their_agents(tmp_path: Path) -> None:
    hub = await make(tmp_path, agents=AgentsSection(port=0), agents_grpc=AgentsGrpcSection(enabled=True, port=0))
    assert hub.grpc_links is not None
    assert vars(hub.grpc_links)["admission"] is hub.links.admission
    await hub.grpc_links.start()
    await hub.grpc_links.close()
    hub.database.close()


async def test_no_listener_accepts_any_more_when_the_first_goodbye_is_said(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    nowhere = {"port": 0}
    hub = await make(
        tmp_path,
        agents=AgentsSection(**nowhere),
        agents_grpc=AgentsGrpcSection(enabled=True, **nowhere),
        enrolment=EnrolmentSection(**nowhere),
        web=WebSection(**nowhere),
    )
    hub.authority.ensure_server_certificate(hub.config.agents.names, hub.clock.now_ms())
    hub.authority.reload(hub.agent_context, hub.enrolment_context)
    admission, told = hub.links.admission, []
    stop = admission.stop

    async def look() -> None:
        with pytest.raises(ConnectionRefusedError):
            await asyncio.open_connection(hub.config.agents.host, port)

    def stopping() -> None:
        told.append(asyncio.create_task(look()))
        stop()

    monkeypatch.setattr(admission, "stop", stopping)
    async with contextlib.AsyncExitStack() as stack:
        await hub._listen(stack)
        port = hub.links.port
    assert len(told) == 2, "each listener says goodbye"
    await told[0]
    hub.database.close()


async def test_without_grpcio_the_extra_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delitem(sys.modules, "guardia.hub.links.grpc", raising=False)
    monkeypatch.setitem(sys.modules, "grpc", None)
    with pytest.raises(ConfigError, match=r"guardia-hub\[grpc\]"):
        await make(tmp_path, agents_grpc=AgentsGrpcSection(enabled=True))


def test_the_environment_turns_it_on(tmp_path: Path) -> None:
    file = tmp_path / "hub.toml"
    file.write_text("[agents_grpc]\nport = 1\n")
    config = load_config(file, {"GUARDIA_HUB_AGENTS_GRPC_ENABLED": "true"})
    assert config.agents_grpc == AgentsGrpcSection(enabled=True, port=1)
