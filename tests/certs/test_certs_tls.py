import asyncio
import ssl
from datetime import UTC, datetime, timedelta

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes

from guardia.certs import keystore, tls
from guardia.certs.certificate import load_pem, pem
from guardia.certs.csr import key_from_pem, new_key
from guardia.certs.errors import KeystoreError, PolicyViolation

TRUST_DOMAIN = "guardia.test"


class Outcome:
    """What a connection on loopback came to. In TLS 1.3 a client learns of its refusal at the first read only."""

    def __init__(self) -> None:
        self.echoed = False
        self.server_peer: bytes | None = None
        self.client_peer: bytes | None = None
        self.version: str | None = None
        self.errors: list[Exception] = []


async def connect(server: ssl.SSLContext, client: ssl.SSLContext, host: str = "localhost") -> Outcome:
    outcome = Outcome()

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        outcome.server_peer = writer.get_extra_info("ssl_object").getpeercert(binary_form=True)
        try:
            writer.write(await reader.read(100))
            await writer.drain()
        except (OSError, ssl.SSLError) as error:
            outcome.errors.append(error)
        finally:
            writer.close()

    listener = await asyncio.start_server(serve, "127.0.0.1", 0, ssl=server)
    port = listener.sockets[0].getsockname()[1]
    try:
        async with asyncio.timeout(10):
            try:
                reader, writer = await asyncio.open_connection("127.0.0.1", port, ssl=client, server_hostname=host)
                tls_object = writer.get_extra_info("ssl_object")
                outcome.version = tls_object.version()
                outcome.client_peer = tls_object.getpeercert(binary_form=True)
                writer.write(b"ping")
                outcome.echoed = await reader.read(100) == b"ping"
                writer.close()
                await writer.wait_closed()
            except (OSError, ssl.SSLError) as error:
                outcome.errors.append(error)
    finally:
        listener.close()
        await listener.wait_closed()
    return outcome


async def test_an_agent_and_a_hub_of_one_ca_talk_tls_1_3_strictly(pki) -> None:
    server, client = tls.hub_agent_listener_context(pki.hub()), tls.agent_client_context(pki.agent("was.01"))
    outcome = await connect(server, client)
    assert outcome.echoed, outcome.errors
    assert outcome.version == "TLSv1.3"
    assert tls.peer_agent_id(outcome.server_peer, TRUST_DOMAIN, pki.now_ms) == "was.01"
    assert tls.peer_hub_name(outcome.client_peer, TRUST_DOMAIN, pki.now_ms) == "hub"
    for context in (server, client):
        assert context.verify_flags & ssl.VerifyFlags.VERIFY_X509_STRICT
        assert context.verify_mode is ssl.CERT_REQUIRED
        assert context.keylog_filename is None
    assert server.num_tickets == 0


async def test_by_address_too(pki) -> None:
    server, client = tls.hub_agent_listener_context(pki.hub()), tls.agent_client_context(pki.agent())
    assert (await connect(server, client, "127.0.0.1")).echoed


async def test_only_our_root_is_trusted_and_no_root_of_the_system(pki) -> None:
    for context in (tls.agent_client_context(pki.agent()), tls.hub_agent_listener_context(pki.hub())):
        assert context.cert_store_stats() == {"x509": 1, "crl": 0, "x509_ca": 1}


async def test_a_foreign_cas_client_is_refused(pki, foreign) -> None:
    stranger = foreign.agent(roots=pki.ca.roots_pem)  # it trusts the hub; the hub must not trust it
    outcome = await connect(tls.hub_agent_listener_context(pki.hub()), tls.agent_client_context(stranger))
    assert not outcome.echoed
    assert outcome.server_peer is None


async def test_a_client_without_certificate_is_refused(pki) -> None:
    outcome = await connect(tls.hub_agent_listener_context(pki.hub()), tls.pinned_client_context(pki.ca.roots_pem))
    assert not outcome.echoed
    assert outcome.server_peer is None


async def test_a_hubs_certificate_is_refused_as_an_agents(pki) -> None:
    hub = pki.hub()
    outcome = await connect(tls.hub_agent_listener_context(hub), tls.agent_client_context(hub))
    assert not outcome.echoed, "OpenSSL refuses the purpose"
    der = ssl.PEM_cert_to_DER_cert(pem(load_pem(hub.chain_path.read_bytes())[:1]).decode())
    with pytest.raises(PolicyViolation):
        tls.peer_agent_id(der, TRUST_DOMAIN)


async def test_an_agents_certificate_is_refused_as_a_servers(pki) -> None:
    agent = pki.agent("localhost")
    outcome = await connect(tls.hub_enrolment_context(agent), tls.pinned_client_context(pki.ca.roots_pem))
    assert not outcome.echoed
    assert any(isinstance(error, ssl.SSLCertVerificationError) for error in outcome.errors)
    der = ssl.PEM_cert_to_DER_cert(pem(load_pem(agent.chain_path.read_bytes())[:1]).decode())
    with pytest.raises(PolicyViolation):
        tls.peer_hub_name(der, TRUST_DOMAIN)


async def test_a_hub_under_another_name_is_refused(pki) -> None:
    outcome = await connect(
        tls.hub_agent_listener_context(pki.hub("hub.test")), tls.agent_client_context(pki.agent()), "other.test"
    )
    assert not outcome.echoed
    assert any(isinstance(error, ssl.SSLCertVerificationError) for error in outcome.errors)


async def test_older_tls_is_refused(pki) -> None:
    old = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    old.check_hostname = False
    old.verify_mode = ssl.CERT_NONE
    old.maximum_version = ssl.TLSVersion.TLSv1_2
    outcome = await connect(tls.hub_enrolment_context(pki.hub()), old)
    assert not outcome.echoed


def forge(pki, issuer_name: str, *, usage: x509.ObjectIdentifier | None, names: list[x509.GeneralName]):
    """A leaf that an intermediate's key signed beyond the rules of `issue_agent`, as a thief of that key could."""
    issuer = load_pem((pki.folder / "ca" / f"{issuer_name}.pem").read_bytes())[0]
    key = key_from_pem((pki.folder / "ca" / f"{issuer_name}.key").read_bytes())
    leaf_key = new_key()
    now = datetime.now(UTC)
    builder = (
        x509.CertificateBuilder()
        .subject_name(x509.Name([]))
        .issuer_name(issuer.subject)
        .public_key(leaf_key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(minutes=1))
        .not_valid_after(now + timedelta(days=1))
        .add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
        .add_extension(x509.SubjectAlternativeName(names), critical=True)
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(leaf_key.public_key()), critical=False)
        .add_extension(
            x509.AuthorityKeyIdentifier.from_issuer_subject_key_identifier(
                issuer.extensions.get_extension_for_class(x509.SubjectKeyIdentifier).value
            ),
            critical=False,
        )
    )
    if usage is not None:
        builder = builder.add_extension(x509.ExtendedKeyUsage([usage]), critical=False)
    return builder.sign(key, hashes.SHA256()), issuer, leaf_key


def forged_context(pki, server_side: bool, leaf, issuer, leaf_key, tmp_path) -> ssl.SSLContext:
    from guardia.certs.csr import key_to_pem

    (tmp_path / "forged.pem").write_bytes(pem([leaf, issuer]))
    (tmp_path / "forged.key").write_bytes(key_to_pem(leaf_key))
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER if server_side else ssl.PROTOCOL_TLS_CLIENT)
    if not server_side:
        context.load_verify_locations(cadata=pki.ca.roots_pem.decode())
    context.load_cert_chain(tmp_path / "forged.pem", tmp_path / "forged.key")
    return context


AGENT_NAME = x509.UniformResourceIdentifier("spiffe://guardia.test/agent/was01")


async def test_the_hubs_intermediate_cannot_make_an_agent(pki, tmp_path) -> None:
    forged = forge(pki, "hub", usage=x509.ExtendedKeyUsageOID.CLIENT_AUTH, names=[AGENT_NAME])
    client = forged_context(pki, False, *forged, tmp_path)
    outcome = await connect(tls.hub_agent_listener_context(pki.hub()), client)
    assert not outcome.echoed
    assert outcome.server_peer is None


@pytest.mark.parametrize(
    "name", [x509.DNSName("localhost"), x509.UniformResourceIdentifier("spiffe://other.test/agent/was01")], ids=str
)
async def test_the_agents_intermediate_is_bound_to_its_trust_domain(pki, tmp_path, name) -> None:
    forged = forge(pki, "agents", usage=x509.ExtendedKeyUsageOID.CLIENT_AUTH, names=[name])
    outcome = await connect(tls.hub_agent_listener_context(pki.hub()), forged_context(pki, False, *forged, tmp_path))
    assert not outcome.echoed
    assert outcome.server_peer is None


async def test_the_agents_intermediate_cannot_make_a_hub(pki, tmp_path) -> None:
    forged = forge(pki, "agents", usage=x509.ExtendedKeyUsageOID.SERVER_AUTH, names=[x509.DNSName("localhost")])
    server = forged_context(pki, True, *forged, tmp_path)
    outcome = await connect(server, tls.pinned_client_context(pki.ca.roots_pem))
    assert not outcome.echoed


async def test_a_missing_extended_usage_passes_openssl_and_stops_at_the_policy(pki, tmp_path) -> None:
    forged = forge(pki, "agents", usage=None, names=[AGENT_NAME])
    outcome = await connect(tls.hub_agent_listener_context(pki.hub()), forged_context(pki, False, *forged, tmp_path))
    assert outcome.echoed, outcome.errors
    with pytest.raises(PolicyViolation, match="extended key usage"):
        tls.peer_agent_id(outcome.server_peer, TRUST_DOMAIN)


@pytest.mark.parametrize("der", [None, b"", b"\x30\x03\x02\x01\x01"])
def test_no_certificate_and_garbage_are_policy_violations(der: bytes | None) -> None:
    with pytest.raises(PolicyViolation):
        tls.peer_agent_id(der, TRUST_DOMAIN)


def test_an_agent_of_another_trust_domain_is_refused(pki) -> None:
    chain = load_pem(pki.agent().chain_path.read_bytes())
    der = ssl.PEM_cert_to_DER_cert(pem(chain[:1]).decode())
    assert tls.peer_agent_id(der, TRUST_DOMAIN) == "was01"
    with pytest.raises(PolicyViolation):
        tls.peer_agent_id(der, "other.test")


async def test_a_renewed_certificate_shows_in_new_handshakes_of_a_live_context(pki) -> None:
    server, client = tls.hub_agent_listener_context(pki.hub()), tls.agent_client_context(pki.agent())
    before = (await connect(server, client)).client_peer
    tls.reload_own(server, pki.hub())
    outcome = await connect(server, client)
    assert outcome.echoed
    assert outcome.client_peer != before


async def test_a_mismatched_pair_leaves_the_live_context_as_it_was(pki) -> None:
    hub = pki.hub()
    server, client = tls.hub_agent_listener_context(hub), tls.agent_client_context(pki.agent())
    renewed = pki.hub()
    renewed.key_path.write_bytes(hub.key_path.read_bytes())
    with pytest.raises(KeystoreError):
        tls.reload_own(server, renewed)
    assert (await connect(server, client)).echoed
    with pytest.raises(KeystoreError):
        keystore.load(renewed.folder.parent)
