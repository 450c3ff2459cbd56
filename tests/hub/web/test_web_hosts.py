"""`GET /api/hosts/…/facts` and `GET /api/drift`: who may see what agents say of their hosts."""

import httpx
import pytest

from guardia.hub.ports import KeptFacts
from guardia.proto.facts import HostFacts, ServiceFact, SoftwareFact
from tests.fakes.front import PASSWORD, Front
from tests.support.clock import FakeClock
from tests.support.world import SERVERS, server

AT = 1_800_000_000_000
NGINX = ServiceFact(
    name="was", manager="command", state="running", software=(SoftwareFact(name="nginx", version="1.22.1"),)
)
PATH = "/api/hosts/A-WAS-01/facts"


@pytest.fixture
async def front(tmp_path):
    front = Front(tmp_path, FakeClock())
    await front.people()
    for person_id, role, institution in (
        ("viewer1", "viewer", "기획재정부"),
        ("stranger1", "engineer", "국세청"),
        ("auditor1", "auditor", "*"),
    ):
        await front.accounts.create_person(
            person_id, person_id, password=PASSWORD, roles=[role], institutions=[institution]
        )
    shared = server("A-WAS-02", 2, institution="국세청", product="nginx")
    front.inventory.move((server("A-WAS-01", 1, product="Tomcat 9"), SERVERS[1], shared, SERVERS[2]))
    await front.facts.keep(
        [
            KeptFacts(agent_id=asset, at_ms=AT - 1, received_ms=AT, facts=HostFacts(hostname=host, services=(NGINX,)))
            for asset, host in (("A-WAS-01", "a-was-01"), ("A-WAS-02", "elsewhere"), ("GONE-01", "gone"))
        ]
    )
    yield front
    front.close()


async def ask(front, person_id, path):
    headers = {"Authorization": f"Bearer {await front.token(person_id)}"} if person_id else {}
    transport = httpx.ASGITransport(app=front.app)
    async with httpx.AsyncClient(transport=transport, base_url="http://hub.test", headers=headers) as client:
        return await client.get(path)


@pytest.mark.parametrize("person_id", ["engineer1", "viewer1"])
async def test_whoever_may_read_the_system_sees_the_facts(front, person_id):
    answer = await ask(front, person_id, PATH)
    assert (answer.status_code, answer.headers["cache-control"]) == (200, "no-store")
    found = answer.json()
    assert (found["asset_code"], found["received_at"]) == ("A-WAS-01", "2027-01-15T08:00:00.000Z")
    assert found["facts"]["services"][0]["software"] == [{"name": "nginx", "version": "1.22.1"}]


@pytest.mark.parametrize(
    ("person_id", "asset"),
    [
        ("stranger1", "A-WAS-01"),
        ("auditor1", "A-WAS-01"),
        ("viewer1", "A-WAS-02"),
        ("stranger1", "A-WAS-02"),
        ("engineer1", "D-WAS-01"),
        ("engineer1", "GONE-01"),
        ("engineer1", "NO-SUCH"),
        ("engineer1", "%00"),
    ],
)
async def test_everybody_else_is_told_what_they_are_told_of_one_that_is_not(front, person_id, asset):
    answer = await ask(front, person_id, f"/api/hosts/{asset}/facts")
    assert (answer.status_code, answer.json()["error"]["code"]) == (404, "hub.not_found")


@pytest.mark.parametrize("path", [PATH, "/api/drift"])
async def test_without_login_nothing(front, path):
    assert (await ask(front, "", path)).status_code == 401


async def test_drift_is_of_the_hosts_that_the_person_may_read(front):
    everything = (await ask(front, "engineer1", "/api/drift")).json()
    assert [(one["asset_code"], one["what"], one["declared"], one["seen"]) for one in everything["drift"]] == [
        ("A-WAS-01", "product", "Tomcat 9", "nginx 1.22.1"),
        ("A-WAS-02", "hostname", "a-was-02", "elsewhere"),
    ]
    assert everything["drift"][0]["seen_at"] == "2027-01-15T08:00:00.000Z"
    assert (everything["compared"], everything["without_facts"]) == (2, ["D-WAS-01"])
    mine = (await ask(front, "viewer1", "/api/drift")).json()
    assert {one["asset_code"] for one in mine["drift"]} == {"A-WAS-01"}
    assert (mine["compared"], mine["without_facts"]) == (1, ["D-WAS-01"])
    none = (await ask(front, "auditor1", "/api/drift")).json()
    assert (none["drift"], none["compared"], none["without_facts"]) == ([], 0, [])
