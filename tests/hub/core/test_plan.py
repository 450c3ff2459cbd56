"""From intent and servers to a plan, and what its digest covers."""

from typing import Any

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from guardia.cmdb.model import Connection, Layer
from guardia.hub.core.intent import Intent, IntentType
from guardia.hub.core.message import StagedFile
from guardia.hub.core.plan import MAX_NODES, Explained, Plan, Role, compile_plan, explained, freeze
from guardia.hub.errors import InvalidInputError
from guardia.proto.catalogue import CATALOGUE
from tests.support.world import restart, server

FILE = StagedFile(file_id="f", name="app.war", sha256="a" * 64, size=10)
ONE, TWO = server("A-WAS-01", 1), server("A-WAS-02", 2)


def deploy(**changes: Any) -> Intent:
    return restart(
        intent_type=IntentType.DEPLOY, action_sequence=("DEPLOY_ARTIFACT",), deploy_artifacts=("app.war",), **changes
    )


def compiled(intent: Intent | None = None, **changes: Any) -> Plan:
    values: dict[str, Any] = {
        "request_id": "SR-1",
        "generation": 1,
        "intent": intent or restart(),
        "servers": (ONE, TWO),
        "files": (),
        "cmdb_revision": 1,
        "moment": "20260101-000000",
    }
    return compile_plan(**(values | changes))


def digest(plan: Plan, request_id: str = "SR-1", expires_ms: int = 100) -> str:
    return freeze(plan, request_id=request_id, expires_ms=expires_ms).digest


def actions(plan: Plan) -> list[tuple[str, Role]]:
    return [(step.action, step.role) for step in plan.nodes[0].steps]


def test_the_same_input_gives_the_same_plan_and_digest() -> None:
    assert compiled() == compiled()
    assert digest(compiled()) == digest(compiled())


@pytest.mark.parametrize(
    "changed",
    [
        compiled(request_id="SR-2"),
        compiled(generation=2),
        compiled(cmdb_revision=2),
        compiled(not_before_ms=5),
        compiled(servers=(TWO, ONE)),
        compiled(servers=(ONE,)),
        compiled(servers=(server("A-WAS-01", 1, connection=Connection.SSH, via_agent="G"), TWO)),
        compiled(servers=(server("A-WAS-01", 1, service_name="other"), TWO)),
        compiled(restart(action_sequence=("STOP_SERVICE",))),
        compiled(restart(action_sequence=("RESTART_SERVICE", "CHECK_MEMORY"))),
        compiled(restart(parameters={"service": "other"})),
        explained(compiled(), {"SR-1.p1.n1.s1": Explained(digest="x")}),
        explained(compiled(), {"SR-1.p1.n1.s2": None}),
    ],
)
def test_the_digest_changes_with_anything_that_an_approval_covers(changed: Plan) -> None:
    assert digest(changed) != digest(compiled())


def test_the_digest_covers_request_expiry_artifact_timeouts_and_roles() -> None:
    plan = compiled()
    assert digest(plan, request_id="SR-2") != digest(plan) != digest(plan, expires_ms=101)
    one, other = (compiled(deploy(), files=(file,)) for file in (FILE, msgspec.structs.replace(FILE, sha256="b" * 64)))
    assert digest(one) != digest(other)
    for change in ({"timeout_s": 1}, {"role": Role.RESTORE}, {"digest": "0"}):
        node = plan.nodes[0]
        step = msgspec.structs.replace(node.steps[0], **change)
        nodes = (msgspec.structs.replace(node, steps=(step, *node.steps[1:])), *plan.nodes[1:])
        assert digest(msgspec.structs.replace(plan, nodes=nodes)) != digest(plan), change


@given(st.permutations(list(range(4))), st.permutations(list(range(4))))
def test_the_order_of_nodes_is_covered(first: list[int], second: list[int]) -> None:
    servers = [server(f"A-WAS-0{n}", n) for n in range(4)]
    one, two = (digest(compiled(servers=[servers[n] for n in order])) for order in (first, second))
    assert (one == two) == (first == second)


def test_a_restart_is_verified_and_a_database_is_not_asked_over_http() -> None:
    main, verify = Role.MAIN, Role.VERIFY
    assert actions(compiled()) == [("RESTART_SERVICE", main), ("CHECK_SERVICE", verify), ("CHECK_HTTP", verify)]
    database = compiled(servers=(server("A-DB-01", 1, layer=Layer.DB),))
    assert actions(database) == [("RESTART_SERVICE", main), ("CHECK_SERVICE", verify)]


def test_a_deploy_restarts_verifies_and_can_go_back() -> None:
    plan = compiled(deploy(), files=(FILE,))
    assert actions(plan) == [
        ("DEPLOY_ARTIFACT", Role.MAIN),
        ("RESTART_SERVICE", Role.MAIN),
        ("CHECK_SERVICE", Role.VERIFY),
        ("CHECK_HTTP", Role.VERIFY),
        ("ROLLBACK_RELEASE", Role.RESTORE),
        ("RESTART_SERVICE", Role.RESTORE),
    ]
    parameters = msgspec.json.decode(plan.nodes[0].steps[0].parameters)
    assert parameters == {
        "file_name": "app.war",
        "release": "20260101-000000-aaaaaaaa",
        "service": "was",
        "sha256": "a" * 64,
        "size": 10,
    }


def test_step_ids_are_unique_and_begin_with_their_request() -> None:
    ids = [step.step_id for _, step in compiled(deploy(), files=(FILE,)).steps()]
    assert len(set(ids)) == len(ids) == 12
    assert all(step_id.startswith("SR-1.p1.n") for step_id in ids)
    many = compiled(request_id="SR-20261231-99999", generation=99, servers=[server("X", n) for n in range(200)])
    assert max(len(step.step_id) for _, step in many.steps()) + len(".a99") <= 64


@pytest.mark.parametrize(
    ("intent", "changes"),
    [
        (restart(), {"servers": ()}),
        (restart(), {"servers": [server("X", n) for n in range(MAX_NODES + 1)]}),
        (deploy(), {"files": ()}),
        (deploy(), {"files": (msgspec.structs.replace(FILE, name="../../etc/passwd"),)}),
        (deploy(), {"files": (msgspec.structs.replace(FILE, name="-rf"),)}),
        (restart(action_sequence=()), {}),
        (restart(action_sequence=("FORMAT_DISK",)), {}),
        (restart(parameters={"service": "--help"}), {}),
        (restart(parameters={"service": "a b"}), {}),
        (restart(parameters={"service": "was\n"}), {}),
        (restart(parameters={"service": 5}), {}),
        (restart(action_sequence=("TAIL_LOG",), parameters={"lines": 0}), {}),
        (restart(action_sequence=("TAIL_LOG",), parameters={"lines": 10**9}), {}),
        (restart(action_sequence=("SEARCH_LOG",)), {}),
        (restart(action_sequence=("KILL_DB_SESSION",)), {}),
    ],
)
def test_what_does_not_fit_is_refused(intent: Intent, changes: dict[str, Any]) -> None:
    with pytest.raises(InvalidInputError):
        compiled(intent, **changes)


@given(st.dictionaries(st.text(max_size=20), st.one_of(st.text(max_size=50), st.integers(), st.booleans(), st.none())))
def test_parameters_of_a_message_are_taken_only_where_the_catalogue_has_them(values: dict[str, Any]) -> None:
    try:
        plan = compiled(restart(action_sequence=("TAIL_LOG",), parameters=values))
    except InvalidInputError:
        return
    fields = CATALOGUE["TAIL_LOG"].parameters.__struct_fields__
    assert set(msgspec.json.decode(plan.nodes[0].steps[0].parameters)) <= set(fields)


def test_a_main_step_is_never_left_out_and_a_plan_changes_if_any_step_does() -> None:
    plan = compiled()
    without = explained(plan, {step.step_id: None for _, step in plan.steps()})
    assert actions(without) == [("RESTART_SERVICE", Role.MAIN)]
    assert plan.changes
    assert not compiled(restart(action_sequence=("CHECK_CPU",))).changes
    assert plan.assets == ("A-WAS-01", "A-WAS-02")
