"""``shanhai serve``: one process answers, ticks and works off tasks; the one beside it only watches."""

from __future__ import annotations

import os
import sys
from typing import Annotated

import typer

app = typer.Typer()


@app.command()
def serve(
    port: Annotated[int, typer.Option(help="Port to listen on.")] = 8000,
    host: Annotated[str, typer.Option(help="Address to listen on.")] = "127.0.0.1",
    threads: Annotated[int, typer.Option(help="Threads that answer; 0 takes SHANHAI_THREADS.")] = 0,
    alone: Annotated[bool, typer.Option(help="Answer only: tick and tasks run elsewhere.")] = False,
) -> None:
    """Serve the site, bring the database up first, and do what is due each minute."""
    # The process that watches stays small: neither Django nor the site is imported here.
    from granian.constants import Interfaces
    from granian.log import LogLevels
    from granian.server import Server

    _check_port(host, port)
    os.environ["SHANHAI_SERVED_AT"] = f"http://{host}:{port}"
    os.environ["SHANHAI_ALONE"] = "1" if alone else ""
    server = Server(
        "shanhai.site.served:application",
        address=host,
        port=port,
        interface=Interfaces.WSGI,
        workers=1,
        blocking_threads=threads or int(os.environ.get("SHANHAI_THREADS") or 4),
        # A thread keeps its database connection, so it stays.
        blocking_threads_idle_timeout=600,
        backlog=1024,
        respawn_failed_workers=False,
        log_level=LogLevels.error,
        websockets=False,
    )
    server.serve()


def _check_port(host: str, port: int) -> None:
    """Say in one sentence that a port is taken, before anything starts."""
    import socket

    with socket.socket(socket.AF_INET6 if ":" in host else socket.AF_INET, socket.SOCK_STREAM) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError as error:
            print(
                f"Port {port} of {host} cannot be had ({error.strerror}). Choose another: --port.",
                file=sys.stderr,
            )
            raise typer.Exit(1) from None
