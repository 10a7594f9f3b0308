"""The review page over a real socket: TLS, proxies, torn and endless requests, a restart."""

from __future__ import annotations

import datetime as dt
import ipaddress
import socket
import ssl
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import httpx
import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec

from flows.review_app.access.cookies import form_token
from flows.review_app.office import Office
from flows.review_app.serving import Listening, server
from tasks.domain.errors import NeedsPersonError
from tasks.edges.office_database.database import Database, open_database, sqlite_url
from tests.flows.review_helpers import (
    office_for,
    real_clock,
    real_office,
    running,
    session_of,
)

pytestmark = pytest.mark.slow
NAME = "kakunin.example.lg.jp"
HTML = {"accept": "text/html"}


@pytest.fixture
def database(tmp_path: Path) -> Iterator[Database]:
    found = open_database(sqlite_url(tmp_path / "yakuba.sqlite3"))
    yield found
    found.close()


@pytest.fixture(scope="module")
def pair(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    """A certificate of our own for one name, and its key."""
    folder = tmp_path_factory.mktemp("tls")
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, NAME)])
    now = real_clock()
    names = [x509.DNSName(NAME), x509.IPAddress(ipaddress.ip_address("127.0.0.1"))]
    signed = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(1)
        .not_valid_before(now - dt.timedelta(days=1))
        .not_valid_after(now + dt.timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName(names), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        .sign(key, hashes.SHA256())
    )
    cert_file, key_file = folder / "cert.pem", folder / "key.pem"
    cert_file.write_bytes(signed.public_bytes(serialization.Encoding.PEM))
    key_file.write_bytes(
        key.private_bytes(
            serialization.Encoding.PEM,
            serialization.PrivateFormat.PKCS8,
            serialization.NoEncryption(),
        )
    )
    return cert_file, key_file


@contextmanager
def listening(office: Office, place: Listening) -> Iterator[int]:
    """Run a server as told and yield its port."""
    process = server(office, listening=place)
    thread = threading.Thread(target=process.run, daemon=True)
    thread.start()
    deadline = time.monotonic() + 20
    while not process.started:
        assert time.monotonic() < deadline
        time.sleep(0.02)
    try:
        yield process.servers[0].sockets[0].getsockname()[1]
    finally:
        process.should_exit = True
        thread.join(10)


def test_by_tls_the_session_is_bound_to_the_host(
    database: Database, pair: tuple[Path, Path]
) -> None:
    cert, key = pair
    office = real_office(database, secure=True, address=f"https://{NAME}")
    token = session_of(office)
    place = Listening(port=0, cert=cert, key=key)
    with (
        listening(office, place) as port,
        httpx.Client(
            verify=ssl.create_default_context(cafile=str(cert)),
            base_url=f"https://127.0.0.1:{port}",
            headers=HTML,
        ) as client,
    ):
        page = client.get("/sign-in")
        assert page.status_code == 200
        assert "__Host-yakuba_visit=" in page.headers["set-cookie"]
        client.cookies.set("yakuba_session", token)
        assert client.get("/").headers["location"] == "/sign-in", "old name"
        client.cookies.set("__Host-yakuba_session", token)
        assert client.get("/").status_code == 200
        with pytest.raises(httpx.HTTPError):
            httpx.get(f"http://127.0.0.1:{port}/sign-in")


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        pytest.param({"x-forwarded-proto": "https"}, 200, id="as it should"),
        pytest.param({}, 403, id="does not say https"),
        pytest.param({"x-forwarded-proto": "http"}, 403, id="came by http"),
    ],
)
def test_a_named_proxy_must_say_that_it_was_reached_by_tls(
    database: Database, headers: dict[str, str], status: int
) -> None:
    office = real_office(database, secure=True, address=f"https://{NAME}")
    place = Listening(port=0, proxies=("127.0.0.1",))
    with listening(office, place) as port:
        answer = httpx.get(
            f"http://127.0.0.1:{port}/sign-in", headers={"host": NAME, **headers}
        )
    assert answer.status_code == status


def test_who_goes_around_the_proxy_gets_no_answer(database: Database) -> None:
    office = real_office(database, secure=True, address=f"https://{NAME}")
    with listening(office, Listening(port=0, proxies=("192.0.2.7",))) as port:
        answer = httpx.get(
            f"http://127.0.0.1:{port}/sign-in",
            headers={
                "host": NAME,
                "x-forwarded-proto": "https",
                "x-forwarded-for": "192.0.2.7",
            },
        )
    assert (answer.status_code, "決められた入口" in answer.text) == (403, True)


def test_without_a_proxy_nobody_chooses_the_address_that_is_counted(
    database: Database,
) -> None:
    office = real_office(database)
    with (
        running(office) as address,
        httpx.Client(base_url=address, headers=HTML) as client,
    ):
        client.get("/sign-in")
        csrf = form_token(client.cookies["yakuba_visit"])
        statuses = [
            client.post(
                "/sign-in",
                data={"csrf": csrf, "login": "nobody", "password": "guess"},
                headers={"x-forwarded-for": f"198.51.100.{number}"},
            ).status_code
            for number in range(6)
        ]
    assert statuses == [422] * 5 + [429]


@pytest.mark.parametrize(
    ("place", "address", "says"),
    [
        pytest.param({"host": "192.0.2.1"}, f"https://{NAME}", "neither", id="plain"),
        pytest.param({"host": ""}, f"https://{NAME}", "neither", id="everywhere"),
        pytest.param(
            {"host": "192.0.2.1", "proxies": ("192.0.2.7",)}, "", "address", id="name"
        ),
        pytest.param({"cert": Path("a.pem")}, "", "together", id="no key"),
    ],
)
def test_it_does_not_listen_where_passwords_would_travel_openly(
    database: Database, place: dict[str, Any], address: str, says: str
) -> None:
    with pytest.raises(NeedsPersonError, match="ACCESS-005") as refused:
        server(office_for(database, address=address), listening=Listening(**place))
    assert says in refused.value.detail


def raw(address: str, request: bytes) -> bytes:
    """Send bytes as they are and return what comes back."""
    port = int(address.rpartition(":")[2])
    with socket.create_connection(("127.0.0.1", port), timeout=10) as wire:
        wire.sendall(request)
        return wire.recv(65536)


def test_torn_endless_and_doubled_requests_are_refused(database: Database) -> None:
    office = real_office(database)
    token = session_of(office)
    head = (
        b"POST /sign-out HTTP/1.1\r\nHost: 127.0.0.1\r\nAccept: text/html\r\n"
        b"Cookie: yakuba_session=" + token.encode() + b"\r\n"
        b"Content-Type: application/x-www-form-urlencoded\r\n"
    )
    form = b"csrf=" + form_token(token).encode()
    chunk = b"%x\r\n%s\r\n0\r\n\r\n" % (len(form), form)
    cases = {
        b"Transfer-Encoding: chunked\r\n\r\n" + chunk: (b" 411 ",),
        b"Content-Length: 99999999999\r\n\r\n" + form: (b" 413 ",),
        b"Content-Length: -1\r\n\r\n" + form: (b" 400 ",),
        b"Content-Length: 5\r\nContent-Length: 99\r\n\r\n" + form: (b" 400 ",),
        b"Content-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n" + chunk: (
            b" 400 ",
            b" 411 ",
        ),
        b"X-A: b\r\n c: d\x00\r\n\r\n": (b" 400 ", b" 411 "),
    }
    with running(office) as address:
        for rest, allowed in cases.items():
            first = raw(address, head + rest).partition(b"\r\n")[0]
            assert any(one in first for one in allowed), (rest[:40], first)
        endless = b"GET /" + b"a" * 200_000
        assert b" 400 " in raw(address, endless).partition(b"\r\n")[0]
        kept = httpx.get(f"{address}/", cookies={"yakuba_session": token}, headers=HTML)
    assert kept.status_code == 200, "none of them signed out"


def test_a_restart_signs_nobody_out_and_keeps_forms_good(database: Database) -> None:
    token = session_of(real_office(database))
    cookies = {"yakuba_session": token}
    for _ in range(2):
        with running(real_office(database)) as address:
            found = httpx.get(f"{address}/", cookies=cookies, headers=HTML)
            assert found.status_code == 200
            assert form_token(token) in found.text
    with running(real_office(database)) as address:
        left = httpx.post(
            f"{address}/sign-out",
            cookies=cookies,
            headers=HTML,
            data={"csrf": form_token(token)},
        )
    assert left.headers["location"] == "/sign-in"


def test_the_server_tells_nothing_about_itself(database: Database) -> None:
    with running(real_office(database)) as address:
        answer = httpx.get(f"{address}/sign-in", headers=HTML)
        broken = httpx.get(f"{address}/sign-in", headers={"host": "x", **HTML})
    assert "server" not in answer.headers
    assert "x-powered-by" not in answer.headers
    assert "uvicorn" not in (answer.text + broken.text).lower()
