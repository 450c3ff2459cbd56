"""`guardia-hub rooms`: which channels of messengers are rooms of the hub, and what may be asked for in them."""

from __future__ import annotations

from typing import Any

import click

from guardia.hub.cli_admin import Lazy, with_store
from guardia.hub.terminal import as_json, say


@click.group()
def rooms() -> None:
    """Rooms of messengers: channels, scopes, languages.

    A channel that is bound to no room is answered politely and runs nothing; a new room is for nothing until `scope`
    says what it is for.

    \b
    guardia-hub rooms bind jandi ops-topic ops
    guardia-hub rooms scope ops --institution 기획재정부 --system '*' --environment PROD --action 'CHECK_*'
    guardia-hub rooms list
    """


def _chat_rooms(database: Any) -> Any:
    from guardia.hub.app import SystemClock
    from guardia.hub.store.chatrooms import ChatRooms

    return ChatRooms(database, SystemClock())


def _names(names: tuple[str, ...]) -> str:
    return "전체" if "*" in names else ", ".join(names) or "없음"


@rooms.command("list")
@as_json
@click.pass_obj
def rooms_list(lazy: Lazy, as_json: bool) -> None:
    """List rooms with scope, language and channels; a parked channel says why nothing is sent to it any more."""
    import msgspec

    from guardia.hub.core.card import iso

    async def work(database: Any) -> Any:
        return await _chat_rooms(database).rooms()

    found = with_store(lazy, work)
    lines = []
    for room in found:
        scope = room.scope
        lines.append(
            f"{room.room_id}  언어 {room.language} · 기관 {_names(scope.institutions)} · 시스템 {_names(scope.systems)}"
            f" · 환경 {_names(scope.environments)} · 작업 {_names(scope.actions)}"
        )
        for one in room.channels:
            waiting = f" · 대기 {one.waiting}건" if one.waiting else ""
            parked = f" · 멈춤({iso(one.parked_ms)}): {one.parked_reason}" if one.parked_ms else ""
            lines.append(f"  {one.platform} {one.channel}{waiting}{parked}")
    say(msgspec.to_builtins(found), as_json, lines or ["연결된 방이 없습니다. `guardia-hub rooms bind`로 연결하세요."])


@rooms.command("bind")
@click.argument("platform")
@click.argument("channel")
@click.argument("room")
@as_json
@click.pass_obj
def rooms_bind(lazy: Lazy, platform: str, channel: str, room: str, as_json: bool) -> None:
    """Bind CHANNEL of PLATFORM (a name of [[messengers]]) to ROOM. Binding again moves it, or wakes a parked one."""
    known = sorted(one.name for one in lazy.config.messengers)

    async def work(database: Any) -> bool:
        return bool(await _chat_rooms(database).bind(platform, channel, room, lazy.config.language(room)))

    made = with_store(lazy, work)
    lines = [f"{platform} {channel} 채널을 {room} 방에 연결했습니다. 도는 허브에는 몇 초 안에 적용됩니다."]
    if made:
        lines.append(
            f"새 방이라 아직 아무 작업도 할 수 없습니다. `guardia-hub rooms scope {room} …`로 범위를 정하세요."
        )
    if platform not in known:
        names = ", ".join(known) or "없음"
        lines.append(f"주의: hub.toml의 [[messengers]]에 {platform}이(가) 없습니다(있는 것: {names}).")
    value = {"platform": platform, "channel": channel, "room": room, "made": made, "configured": platform in known}
    say(value, as_json, lines)


@rooms.command("unbind")
@click.argument("platform")
@click.argument("channel")
@as_json
@click.pass_obj
def rooms_unbind(lazy: Lazy, platform: str, channel: str, as_json: bool) -> None:
    """Take CHANNEL from its room; what waits to be sent to it is dropped."""

    async def work(database: Any) -> None:
        await _chat_rooms(database).unbind(platform, channel)

    with_store(lazy, work)
    say({"platform": platform, "channel": channel}, as_json, [f"{platform} {channel} 채널의 연결을 끊었습니다."])


@rooms.command("scope")
@click.argument("room")
@click.option("--institution", "institutions", multiple=True, help="Canonical name, or * for all (repeatable).")
@click.option("--system", "systems", multiple=True, help="Canonical name, or * for all (repeatable).")
@click.option("--environment", "environments", multiple=True, help="PROD, STG, DEV, or * (repeatable).")
@click.option("--action", "actions", multiple=True, help="Code of the catalogue, also CHECK_*, or * (repeatable).")
@click.option("--language", type=click.Choice(["ko", "en"]), help="Default: what it has; at first what hub.toml says.")
@as_json
@click.pass_obj
def rooms_scope(
    lazy: Lazy,
    /,
    *,
    room: str,
    institutions: tuple[str, ...],
    systems: tuple[str, ...],
    environments: tuple[str, ...],
    actions: tuple[str, ...],
    language: str | None,
    as_json: bool,
) -> None:
    """Say what ROOM is for; this replaces what was said before, and what is left out is nothing (but the language).

    It holds for everybody, whatever their roles, also in the console's room of that name.
    """
    from guardia.hub.core.room import Scope

    scope = Scope(institutions=institutions, systems=systems, environments=environments, actions=actions)

    async def work(database: Any) -> str:
        rooms = _chat_rooms(database)
        had = next((one.language for one in await rooms.rooms() if one.room_id == room), lazy.config.language(room))
        await rooms.set_scope(room, scope, language or had)
        return language or had

    language = with_store(lazy, work)
    value = {
        "room": room,
        "institutions": institutions,
        "systems": systems,
        "environments": environments,
        "actions": actions,
        "language": language,
    }
    line = (
        f"{room}: 기관 {_names(institutions)} · 시스템 {_names(systems)} · 환경 {_names(environments)}"
        f" · 작업 {_names(actions)} · 언어 {language}"
    )
    say(value, as_json, [line])
