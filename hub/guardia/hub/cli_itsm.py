"""`guardia-hub itsm`: how the webhooks to ITSM systems stand."""

from __future__ import annotations

from typing import Any

import click

from guardia.hub.cli_admin import Lazy, with_store
from guardia.hub.terminal import as_json, say


@click.group()
def itsm() -> None:
    """Webhooks to ITSM systems ([[itsm_webhooks]] of hub.toml).

    \b
    guardia-hub itsm list
    guardia-hub itsm resume NAME      after the endpoint was mended
    """


def _hooks(database: Any) -> Any:
    from guardia.hub.app import SystemClock
    from guardia.hub.store.hooks import Hooks

    return Hooks(database, SystemClock())


@itsm.command("list")
@as_json
@click.pass_obj
def itsm_list(lazy: Lazy, as_json: bool) -> None:
    """List endpoints: what waits, since when, what was refused, and why one is parked."""
    import msgspec

    from guardia.hub.core.card import iso
    from guardia.hub.store.hooks import Endpoint

    async def work(database: Any) -> Any:
        return await _hooks(database).endpoints()

    found = {one.name: one for one in with_store(lazy, work)}
    configured = [one.name for one in lazy.config.itsm_webhooks]
    rows = []
    lines = []
    for name in sorted({*found, *configured}):
        one = found.get(name, Endpoint(name=name))
        rows.append({**msgspec.to_builtins(one), "configured": name in configured})
        oldest = f" ({iso(one.oldest_ms)}부터)" if one.oldest_ms else ""
        last = iso(one.delivered_ms or 0) or "없음"
        parked = f" · 멈춤({iso(one.parked_ms)}): {one.parked_reason}" if one.parked_ms else ""
        absent = "" if name in configured else " · hub.toml에 없음"
        lines.append(f"{name}  대기 {one.waiting}건{oldest} · 마지막 전달 {last}{parked}{absent}")
        lines += [f"  거부됨({iso(e.parked_ms)}) {e.event_id} {e.event}: {e.reason}" for e in one.refused]
    say(rows, as_json, lines or ["설정된 웹훅이 없습니다. hub.toml의 [[itsm_webhooks]]를 확인하세요."])


@itsm.command("resume")
@click.argument("name")
@as_json
@click.pass_obj
def itsm_resume(lazy: Lazy, name: str, as_json: bool) -> None:
    """Try the parked endpoint NAME again, and the events that it refused. A running hub begins within a second."""

    async def work(database: Any) -> int:
        return int(await _hooks(database).resume(name))

    waiting = with_store(lazy, work)
    say({"endpoint": name, "waiting": waiting}, as_json, [f"{name}: 다시 보냅니다. 대기 {waiting}건"])
