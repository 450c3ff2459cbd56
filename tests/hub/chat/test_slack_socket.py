"""Socket Mode over a real WebSocket: acknowledged when durable, again after whatever ends the connection."""

import asyncio
import contextlib
import json

import pytest

from guardia.hub.chat.slack.adapter import Slack
from guardia.hub.chat.slack.api import SlackApi
from guardia.hub.chat.slack.inbound import Inbound
from guardia.hub.chat.slack.socketmode import SocketMode
from guardia.hub.core.message import Receipt, ReceiptStatus
from guardia.hub.core.messenger import Accepted, Answer, Pressed, Said
from guardia.hub.errors import BusyError
from tests.fakes.front import serving
from tests.fakes.slack_server import APP_TOKEN, BOT_TOKEN, SlackServer, arrived, command, event, press
from tests.support.clock import FakeClock
from tests.support.messenger_cases import APPROVER_ACCOUNT, ENGINEER_ACCOUNT, slack_settings
from tests.support.messenger_world import ROOM, MessengerWorld
from tests.support.world import restart


class Hub:
    """The near side: what was handed over, and how long it takes to become durable."""

    def __init__(self, server: SlackServer) -> None:
        self.taken: list[Said | Pressed] = []
        self.failures: list[Exception] = []
        self.durable = asyncio.Event()
        self.durable.set()
        self.begun = 0
        self.pauses: list[float] = []
        base = f"http://127.0.0.1:{server.port}/api/"
        self.api = SlackApi(BOT_TOKEN, base=base, app_token=APP_TOKEN)
        read = Inbound("slack").envelope
        self.socket = SocketMode(self.api.socket_url, read, self.hand_over, name="slack", pause=self.pause)

    async def hand_over(self, accepted: Accepted) -> Answer:
        self.begun += 1
        if self.failures:
            raise self.failures.pop(0)
        await self.durable.wait()
        self.taken += accepted.inbound
        told = Receipt(status=ReceiptStatus.IGNORED, message=accepted.told)
        return Slack.answer(self, told) if accepted.told else accepted.answer  # type: ignore[arg-type]

    async def pause(self, seconds: float) -> None:
        self.pauses.append(seconds)
        await asyncio.sleep(0.01)


@pytest.fixture
async def server():
    made = SlackServer(FakeClock(), "one", "two")
    async with serving(made.app) as made.port:
        yield made


@pytest.fixture
async def hub(server):
    made = Hub(server)
    running = asyncio.create_task(made.socket.run())
    yield made
    running.cancel()
    with contextlib.suppress(asyncio.CancelledError):
        await running
    await made.api.close()


def said(text: str = "상태", number: int = 1) -> dict:
    return event(text, user="U1", channel="one", number=number)


async def test_an_envelope_is_acknowledged_only_when_it_is_durable(server, hub) -> None:
    await server.connected()
    hub.durable.clear()
    delivering = asyncio.create_task(server.deliver("events_api", said()))
    while not hub.begun:
        await asyncio.sleep(0.01)
    await asyncio.sleep(0.1)
    assert server.acknowledged == []
    hub.durable.set()
    acknowledged = await delivering
    assert set(acknowledged) == {"envelope_id"}
    assert [one.text for one in hub.taken] == ["상태"]


@pytest.mark.parametrize("failure", [BusyError("full"), RuntimeError("a defect")])
async def test_what_was_not_taken_over_comes_again(server, hub, failure) -> None:
    await server.connected()
    hub.failures = [failure]
    assert await server.deliver("events_api", said(), within=0.5) is not None
    assert hub.begun == 2
    assert len(hub.taken) == 1
    assert server.dialled == 1, "one message does not cost the connection"


async def test_all_three_kinds_and_what_they_are_answered(server, hub) -> None:
    await server.connected()
    button = {"action_id": "guardia:approve", "text": {}, "value": '{"r":"SR-1","b":"approve","d":"ab"}'}
    assert await server.deliver("interactive", press(button, user="U2", channel="one", ts="1.1"))
    assert await server.deliver("slash_commands", command("상태", user="U1", channel="one"))
    helped = await server.deliver("slash_commands", command("", user="U1", channel="one"))
    assert helped["payload"]["response_type"] == "ephemeral"
    assert [type(one) for one in hub.taken] == [Pressed, Said]


@pytest.mark.parametrize("payload", [{"type": 1}, [], None, {"type": "event_callback", "event": {"type": "message"}}])
async def test_what_will_never_be_good_is_acknowledged_and_dropped(server, hub, payload) -> None:
    await server.connected()
    assert await server.deliver("events_api", payload, attempts=1) is not None
    assert await server.deliver("something_new", payload, attempts=1) is not None
    assert hub.taken == []
    await server.connections[-1].send_text("no JSON")
    await server.connections[-1].send_json({"envelope_id": 1})
    assert await server.deliver("events_api", said()) is not None


async def test_messages_keep_their_order(server, hub) -> None:
    await server.connected()
    await asyncio.gather(*(server.deliver("events_api", said(f"말 {n}", n)) for n in range(20)))
    assert [one.text for one in hub.taken] == [f"말 {n}" for n in range(20)]


@pytest.mark.parametrize("reason", ["warning", "refresh_requested"])
async def test_a_fresh_connection_when_slack_asks_for_one(server, hub, reason) -> None:
    await server.connected()
    await server.deliver("events_api", said("하나", 1))
    await server.disconnect(reason)
    await server.connected(2)
    await server.deliver("events_api", said("둘", 2))
    assert [one.text for one in hub.taken] == ["하나", "둘"]
    assert hub.pauses == [], "asked for, so at once"


async def test_socket_mode_that_was_switched_off_is_not_hammered(server, hub) -> None:
    await server.connected()
    await server.disconnect("link_disabled")
    await server.connected(2)
    assert len(hub.pauses) == 1


async def test_again_after_a_broken_connection_and_an_outage(server, hub) -> None:
    await server.connected()
    server.down = True
    await server.drop()
    while len(hub.pauses) < 8:
        await asyncio.sleep(0.01)
    assert all(0 < pause <= 60 for pause in hub.pauses)
    assert max(hub.pauses) > 20, "longer and longer"
    server.down = False
    await server.connected(2)
    assert await server.deliver("events_api", said()) is not None
    server.down = True
    pauses = len(hub.pauses)
    await server.drop()
    while len(hub.pauses) == pauses:
        await asyncio.sleep(0.01)
    assert hub.pauses[pauses] <= 1, "and short again after it was well"


async def test_a_rate_limit_on_dialling_is_honoured(server) -> None:
    server.answers = [(429, {"Retry-After": "30"}, "ratelimited")]
    hub = Hub(server)
    running = asyncio.create_task(hub.socket.run())
    await server.connected()
    running.cancel()
    await hub.api.close()
    assert hub.pauses == [30.0]


async def test_without_an_app_token_nobody_dials(server) -> None:
    slack = Slack(slack_settings(server), FakeClock())
    await slack.listen(Hub(server).hand_over)
    assert server.dialled == 0
    await slack.close()


async def test_by_socket_and_by_webhook_a_message_runs_once_also_after_a_kill(server, tmp_path) -> None:
    """The whole way: real reception, inbox and engine behind a real WebSocket."""
    world = MessengerWorld(tmp_path)
    server._clock = world.clock
    slack = Slack(slack_settings(server, app_token=APP_TOKEN), world.clock)
    world.messengers = [slack]
    await world.start()
    world.map("slack", ENGINEER_ACCOUNT, APPROVER_ACCOUNT)
    await world.bind("slack", "one", ROOM)
    world.parser.readings["재기동"] = (restart("A-WAS-01"),)
    world.engine.intake.stopping.set()  # killed between the acknowledgement and the work

    async def hand_over(accepted: Accepted) -> Answer:
        return await world.reception.hand_over("slack", accepted)

    listening = asyncio.create_task(slack.listen(hand_over))
    await server.connected()
    body = event("재기동", user=ENGINEER_ACCOUNT, channel="one")
    assert await server.deliver("events_api", body) is not None
    assert len(await world.store.open_inbox()) == 1
    await world.restart()
    for again in (body, event("재기동", user=ENGINEER_ACCOUNT, channel="one", kind="message")):
        assert await server.deliver("events_api", json.loads(json.dumps(again))) is not None
        await world.webhook("slack", arrived(world.clock, again, retry=1))
    assert len(world.engine.desk.requests) == 1
    assert await world.store.open_inbox() == []
    listening.cancel()
    await slack.close()
    await world.stop()
