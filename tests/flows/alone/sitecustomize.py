"""Loaded by every Python child of a test: nothing beyond loopback is reached, and tries are noted.

YAKUBA_TEST_OUTWARD names the file that gets a line for each try.
"""

from __future__ import annotations

import ipaddress
import os
import socket
from pathlib import Path

_connect = socket.socket.connect
_connect_ex = socket.socket.connect_ex
_sendto = socket.socket.sendto
_getaddrinfo = socket.getaddrinfo


def _is_outward(host: object) -> bool:
    if host in (None, "", b"", "localhost", b"localhost"):
        return False
    text = host.decode() if isinstance(host, bytes) else str(host)
    try:
        address = ipaddress.ip_address(text.split("%")[0])
    except ValueError:
        return True
    return not (address.is_loopback or address.is_unspecified)


def _refuse(what: str, address: object) -> None:
    host = address[0] if isinstance(address, tuple) else None
    if not _is_outward(host):
        return
    with Path(os.environ["YAKUBA_TEST_OUTWARD"]).open("a", encoding="utf-8") as notes:
        notes.write(f"{what} {address}\n")
    raise OSError(101, "outward connections are refused in this test")


def _guarded_connect(self, address):
    _refuse("connect", address)
    return _connect(self, address)


def _guarded_connect_ex(self, address):
    _refuse("connect_ex", address)
    return _connect_ex(self, address)


def _guarded_sendto(self, *arguments):
    _refuse("sendto", arguments[-1])
    return _sendto(self, *arguments)


def _guarded_getaddrinfo(host, *arguments, **named):
    _refuse("getaddrinfo", (host,))
    return _getaddrinfo(host, *arguments, **named)


if "YAKUBA_TEST_OUTWARD" in os.environ:
    socket.socket.connect = _guarded_connect
    socket.socket.connect_ex = _guarded_connect_ex
    socket.socket.sendto = _guarded_sendto
    socket.getaddrinfo = _guarded_getaddrinfo
