"""Tickets are verified by the keys of the enrolment, and by nothing else."""

import sys
from types import SimpleNamespace

import pytest

from guardia.agent.daemon import tickets
from guardia.agent.daemon.tickets import SignedTickets
from guardia.agent.errors import TicketError
from guardia.certs.ticket import Ticket, TicketSigner

NOW = 1_800_000_000_000


def signed(signer):
    return signer.sign(
        Ticket(
            ticket_id="T", step_id="S", request_id="R", agent_id="was01", target="MOF-WAS-01", action="CHECK_MEMORY",
            step_digest="a" * 64, plan_digest="b" * 64, requester="engineer1", approvers=(), fencing=1,
            issued_ms=NOW, expires_ms=NOW + 1000,
        )
    )  # fmt: skip


@pytest.fixture
def old(tmp_path):
    return TicketSigner.create(tmp_path / "old" / "key.pem")


@pytest.fixture
def new(tmp_path):
    return TicketSigner.create(tmp_path / "new" / "key.pem")


def identity(*signers):
    return SimpleNamespace(ticket_keys={signer.key_id: signer.public_keys[signer.key_id] for signer in signers})


def test_a_key_that_came_with_a_new_enrolment_is_found(tmp_path, monkeypatch, old, new):
    stored = [identity(old), identity(old, new)]
    monkeypatch.setattr(tickets, "load_identity", lambda _state_dir: stored[0])
    verifier = SignedTickets(tmp_path, identity(old))
    assert verifier.verify(signed(old), NOW).step_id == "S"
    with pytest.raises(TicketError) as caught:
        verifier.verify(signed(new), NOW)
    assert caught.value.code == "ticket.unknown_key"
    stored.pop(0)
    assert verifier.verify(signed(new), NOW).step_id == "S"


def test_without_the_library_every_step_is_refused(tmp_path, monkeypatch, old):
    verifier = SignedTickets(tmp_path, identity(old))
    with monkeypatch.context() as patch:
        patch.setitem(sys.modules, "guardia.certs.ticket", None)
        patch.delattr(sys.modules["guardia.certs"], "ticket")
        with pytest.raises(TicketError, match="다시 설치") as caught:
            verifier.verify(signed(old), NOW)
    assert caught.value.code == "ticket.no_library"
    assert verifier.verify(signed(old), NOW).step_id == "S"
