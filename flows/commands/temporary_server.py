"""A Prefect server for one command: it ends with the command, however that ends.

The one that Prefect starts by itself outlives a command that is killed, one for each
kill. `python -m flows.commands.temporary_server PORT` is the child.
"""

from __future__ import annotations

import atexit
import os
import socket
import subprocess
import sys
import threading
import time
import urllib.error
import urllib.request

STARTS_WITHIN_S = 90.0
_LOOKS_EVERY_S = 0.3
_STOPS_WITHIN_S = 10.0


def start_temporary_server() -> None:
    """Start a server for this process and let PREFECT_API_URL name it.

    To be called before Prefect is imported. A server that is already named is used as
    it is; when none answers in time, Prefect is left to start its own. The server ends
    after everything else of this process: Prefect's threads still write to it then.
    """
    if "PREFECT_API_URL" in os.environ:
        return
    port = _free_port()
    url = f"http://127.0.0.1:{port}/api"
    server = subprocess.Popen(  # noqa: S603 - our own interpreter and module
        [sys.executable, "-m", "flows.commands.temporary_server", str(port)],
        env={
            **os.environ,
            "PREFECT_SERVER_UI_ENABLED": "false",
            "PREFECT__SERVER_EPHEMERAL": "1",
        },
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    atexit.register(_stop, server)
    if _answers(url, server):
        os.environ["PREFECT_API_URL"] = url


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _answers(url: str, server: subprocess.Popen[bytes]) -> bool:
    deadline = time.monotonic() + STARTS_WITHIN_S
    while time.monotonic() < deadline and server.poll() is None:
        try:
            with urllib.request.urlopen(f"{url}/health", timeout=2) as answer:  # noqa: S310 - loopback URL of our own
                if answer.status == 200:
                    return True
        except (urllib.error.URLError, TimeoutError, ConnectionError):
            pass
        time.sleep(_LOOKS_EVERY_S)
    return False


def _stop(server: subprocess.Popen[bytes]) -> None:
    server.terminate()
    try:
        server.wait(_STOPS_WITHIN_S)
    except subprocess.TimeoutExpired:
        server.kill()
        server.wait()


def main() -> None:
    """Serve on the port given until the process that started this one is gone."""
    import uvicorn

    threading.Thread(target=_end_with, args=(os.getppid(),), daemon=True).start()
    uvicorn.run(
        "prefect.server.api.server:create_app",
        factory=True,
        host="127.0.0.1",
        port=int(sys.argv[1]),
        log_level="error",
    )


def _end_with(parent: int) -> None:
    while os.getppid() == parent:
        time.sleep(_LOOKS_EVERY_S)
    os._exit(0)


if __name__ == "__main__":
    main()
