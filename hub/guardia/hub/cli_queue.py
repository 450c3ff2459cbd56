"""`guardia-hub agents queue`: what waits for agents, and taking one entry out."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from urllib.parse import quote

import click

from guardia.hub.terminal import as_json, say

if TYPE_CHECKING:
    from guardia.hub.cli_admin import Lazy


class _OrList(click.Group):
    """`agents queue WEB-01` is `agents queue list WEB-01`."""

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        if not args or args[0] not in (*self.commands, *ctx.help_option_names):
            args = ["list", *args]
        return super().parse_args(ctx, args)


@click.group(cls=_OrList)
def queue() -> None:
    """에이전트를 기다리는 단계: 보기와 빼기.

    \b
    guardia-hub agents queue                  모든 에이전트
    guardia-hub agents queue WEB-01           한 에이전트 (agents queue list WEB-01과 같음)
    guardia-hub agents queue drop SR-20270115-0001.p1.n1.s1 --person engineer1 --reason '점검 중'
    """


@queue.command("list")
@click.argument("asset", required=False, default="")
@as_json
@click.pass_obj
def queue_list(lazy: Lazy, asset: str, as_json: bool) -> None:
    """무엇이 어느 에이전트를 언제부터 기다리고, 언제까지 전달할 수 있는지.

    나갔지만 에이전트가 아직 받았다고 하지 않은 단계는 sent로 보입니다. 한 에이전트를 기다리는 것은 다른
    에이전트를 늦추지 않습니다.

    \b
    guardia-hub agents queue list WEB-01
    guardia-hub agents queue list --json
    """
    import msgspec

    from guardia.hub.app import SystemClock
    from guardia.hub.cli_admin import with_store
    from guardia.hub.core.card import iso
    from guardia.hub.flow.outbox import waiting

    async def work(database: Any) -> Any:
        from guardia.hub.store.log import SqlStore

        return await SqlStore(database).outbox()

    rows = with_store(lazy, work)
    found = [one for one in waiting(rows, SystemClock().now_ms()) if asset in ("", one.agent_id)]
    lines = [
        f"{one.agent_id:24} {one.step_id:32} {one.action:18} {one.target:16} {one.state:8}"
        f" since {iso(one.since_ms)} ({one.age_s} s) until {iso(one.deliver_by_ms)} ({one.left_s} s left)"
        for one in found
    ]
    say(msgspec.to_builtins(found), as_json, lines or ["nothing waits" + (f" for {asset}" if asset else "")])


@queue.command("drop")
@click.argument("step_id")
@click.option("--reason", default="", help="카드와 감사 기록에 남습니다.")
@click.option("--person", default="", help="이 사람으로 로그인합니다. 비밀번호는 묻거나 GUARDIA_PASSWORD.")
@click.option("--url", default="", help="떠 있는 허브의 주소. 기본은 [web]에 적힌 것.")
@as_json
@click.pass_obj
def queue_drop(lazy: Lazy, /, *, step_id: str, reason: str, person: str, url: str, as_json: bool) -> None:
    """아직 나가지 않은 단계 하나를 대기열에서 뺍니다. 그 단계는 실행되지 않습니다.

    요청을 취소할 수 있는 사람만 할 수 있고, 누가 왜 뺐는지 요청의 사건에 남습니다. 허브가 떠 있어야 합니다.
    이미 나간 단계는 에이전트가 받았을 수 있어 뺄 수 없습니다(delivery.already_sent): 요청을 취소하세요.
    --person 대신 GUARDIA_TOKEN에 로그인의 token을 줄 수도 있습니다.

    \b
    guardia-hub agents queue WEB-01
    guardia-hub agents queue drop SR-20270115-0001.p1.n1.s1 --person engineer1
    guardia-hub agents queue drop SR-20270115-0001.p1.n1.s1 --person approver1 --reason '점검 중' --json
    """
    from guardia.hub.hub_client import address, answered, logged_in

    where = url or address(lazy.config.web.host, lazy.config.web.port)
    with logged_in(where, person, lambda: click.prompt(f"password of {person}", hide_input=True, err=True)) as http:
        path = f"/api/agents/queue/{quote(step_id, safe='')}/drop"
        dropped = answered(http.post(path, json={"reason": reason}))
    say(
        dropped,
        as_json,
        [f"{dropped['step_id']}: {dropped['message']}", f"{dropped['request_id']}: {dropped['request_state']}"],
    )
