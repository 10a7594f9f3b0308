"""Run a command in a network namespace with loopback alone, and count tries to leave it.

`python without_network.py REPORT COMMAND…`. The kernel counts every packet and every
connection for which there is no route, whatever program tried; REPORT gets that number,
or nothing where no namespace can be made (no root). The exit code is the command's.
"""

from __future__ import annotations

import ctypes
import fcntl
import socket
import struct
import subprocess
import sys
from pathlib import Path

CLONE_NEWNET = 0x40000000
SIOCSIFFLAGS = 0x8914
UP_AND_RUNNING = 0x1 | 0x40


def leave_network() -> bool:
    """Return whether this process now has only loopback."""
    if ctypes.CDLL(None, use_errno=True).unshare(CLONE_NEWNET) != 0:
        return False
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as any_socket:
        request = struct.pack("16sh14x", b"lo", UP_AND_RUNNING)
        fcntl.ioctl(any_socket, SIOCSIFFLAGS, request)
    return True


def tries_to_leave() -> int:
    """Return how often anything in this namespace had no route to its goal."""
    names, values = (
        line.split()
        for line in Path("/proc/net/snmp").read_text().splitlines()
        if line.startswith("Ip:")
    )
    count = int(dict(zip(names, values, strict=True))["OutNoRoutes"])
    six = Path("/proc/net/snmp6")
    if six.exists():
        count += sum(
            int(line.split()[1])
            for line in six.read_text().splitlines()
            if line.startswith("Ip6OutNoRoutes")
        )
    return count


def main() -> int:
    """Run the command, write the report, return the command's exit code."""
    report, command = Path(sys.argv[1]), sys.argv[2:]
    alone = leave_network()
    code = subprocess.run(command, check=False).returncode
    if alone:
        report.write_text(str(tries_to_leave()), encoding="utf-8")
    return code


if __name__ == "__main__":
    sys.exit(main())
