"""Which addresses may be called, and that the address checked is the one connected to."""

import socket
from ipaddress import ip_address, ip_network
from threading import Thread

import pytest

from erpd.sources.errors import SourceError
from erpd.sources.http.client import Client, Limits
from erpd.sources.http.guard import permitted
from tests.servers import LOOPBACK, Serving

FORBIDDEN = [
    "127.0.0.1", "127.8.8.8", "0.0.0.0", "10.0.0.1", "172.16.0.1", "192.168.1.1", "169.254.169.254",
    "100.64.0.1", "192.0.0.8", "192.0.2.1", "198.18.0.1", "224.0.0.1", "239.255.255.250", "240.0.0.1",
    "255.255.255.255", "::", "::1", "::ffff:127.0.0.1", "::ffff:10.0.0.1", "::127.0.0.1", "fe80::1",
    "fe80::1%eth0", "fc00::1", "fec0::1", "ff02::1", "2001:db8::1", "2002:7f00:1::", "2001:0:1::1",
    "64:ff9b::7f00:1", "64:ff9b:1::1", "100::1",
]  # fmt: skip


@pytest.mark.parametrize("address", FORBIDDEN)
def test_addresses_that_are_not_public_are_forbidden(address):
    assert not permitted(ip_address(address))


@pytest.mark.parametrize("address", ["93.184.216.34", "2a00:1450:4001::1", "64:ff9b::5db8:d822"])
def test_public_addresses_are_permitted(address):
    assert permitted(ip_address(address))


def test_the_allow_list_opens_its_networks_and_no_other():
    allowed = [ip_network("10.1.0.0/16"), ip_network("fd00::/8")]
    assert permitted(ip_address("10.1.2.3"), allowed)
    assert permitted(ip_address("::ffff:10.1.2.3"), allowed)
    assert permitted(ip_address("fd00::1"), allowed)
    assert not permitted(ip_address("10.2.0.1"), allowed)
    with pytest.raises(ValueError, match="example"):
        Client(allow_networks=["intranet.example.org"])


@pytest.mark.parametrize("host", ["127.0.0.1", "localhost", "127.1", "2130706433", "0x7f.0.0.1", "[::1]"])
def test_however_loopback_is_written_it_is_refused(host):
    with Serving(lambda *_: (200, {}, b"secret")) as server, Client() as client:
        with pytest.raises(SourceError) as caught:
            client.get(f"http://{host}:{server.port}/")
        assert caught.value.rule == "forbidden-address"
        assert server.asked == []


def resolver(monkeypatch, answers: dict[str, list[str]]) -> list[str]:
    """Names resolve to the given addresses, the next one at each question. Gives the list of questions."""
    questions: list[str] = []
    real = socket.getaddrinfo

    def resolve(host, port, *args, **kwargs):
        if host not in answers:
            return real(host, port, *args, **kwargs)
        questions.append(host)
        found = answers[host].pop(0)
        return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (found, port))]

    monkeypatch.setattr(socket, "getaddrinfo", resolve)
    return questions


def test_a_name_that_changes_its_address_gains_nothing(monkeypatch):
    questions = resolver(monkeypatch, {"rebind.example": ["127.0.0.1", "10.0.0.1"]})
    answer = (200, {"Connection": "close"}, b"first")
    with Serving(lambda *_: answer) as server, Client(allow_networks=LOOPBACK) as client:
        url = f"http://rebind.example:{server.port}/"
        assert client.get(url).content == b"first"
        assert questions == ["rebind.example"]
        assert server.asked[0].headers["Host"] == f"rebind.example:{server.port}"
        with pytest.raises(SourceError, match=r"10\.0\.0\.1") as caught:
            client.get(url)
    assert caught.value.rule == "forbidden-address"


def test_the_tls_handshake_names_the_host_not_the_address(monkeypatch):
    resolver(monkeypatch, {"secure.example": ["127.0.0.1"]})
    hello: list[bytes] = []
    with socket.create_server(("127.0.0.1", 0)) as listener:
        listener.settimeout(10)

        def listen():
            connection, _ = listener.accept()
            with connection:
                hello.append(connection.recv(4096))

        thread = Thread(target=listen)
        thread.start()
        with Client(Limits(retries=0), LOOPBACK) as client, pytest.raises(SourceError) as caught:
            client.get(f"https://secure.example:{listener.getsockname()[1]}/")
        thread.join(10)
    assert b"secure.example" in hello[0]
    assert caught.value.rule == "unreachable"
