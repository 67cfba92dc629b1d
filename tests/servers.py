"""Real servers on this machine: a mail server, and one that answers as the robots' platforms do."""

from __future__ import annotations

import email
import email.policy
import json
import socketserver
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlsplit


class Mailbox:
    """What a small SMTP server was given; ``refuses`` maps addresses to answers."""

    def __init__(self) -> None:
        self.mails: list[Any] = []
        self.refuses: dict[str, str] = {}
        self.connections = 0
        self.breaks = False
        self.port = 0

    def texts(self, to: str) -> list[str]:
        return [mail.get_content() for mail in self.mails if mail["To"] == to]


class _Smtp(socketserver.StreamRequestHandler):
    """Enough of RFC 5321 for smtplib."""

    def handle(self) -> None:
        box: Mailbox = self.server.box  # type: ignore[attr-defined]
        box.connections += 1
        self._say("220 here")
        while line := self.rfile.readline().decode().strip():
            word = line[:4].upper()
            if word in ("EHLO", "HELO"):
                self._say("250 here")
            elif word == "RCPT":
                address = line.partition("<")[2].partition(">")[0]
                self._say(box.refuses.get(address, "250 known"))
            elif word == "DATA" and not box.breaks:
                self._say("354 go on")
                box.mails.append(self._data())
                self._say("250 taken")
            elif word == "QUIT":
                self._say("221 bye")
                return
            elif word in ("MAIL", "RSET", "NOOP"):
                self._say("250 yes")
            else:
                return  # breaks off

    def _data(self) -> Any:
        lines = []
        while (line := self.rfile.readline()) != b".\r\n":
            lines.append(line.removeprefix(b"."))
        return email.message_from_bytes(b"".join(lines), policy=email.policy.default)

    def _say(self, text: str) -> None:
        self.wfile.write(f"{text}\r\n".encode())


@contextmanager
def mail_server() -> Iterator[Mailbox]:
    """A mail server that keeps what it is given."""
    box = Mailbox()
    with socketserver.ThreadingTCPServer(("127.0.0.1", 0), _Smtp) as server:
        server.daemon_threads = True
        server.box = box  # type: ignore[attr-defined]
        threading.Thread(target=server.serve_forever, args=(0.05,), daemon=True).start()
        box.port = server.server_address[1]
        yield box
        server.shutdown()


class Platform:
    """What was posted, by path; ``answers`` says what a path answers."""

    def __init__(self, port: int) -> None:
        self.port = port
        self.posted: list[tuple[str, dict[str, list[str]], dict[str, Any]]] = []
        self.answers: dict[str, Callable[[Any], None]] = {}

    def url(self, path: str) -> str:
        return f"http://127.0.0.1:{self.port}{path}"

    def bodies(self, path: str) -> list[dict[str, Any]]:
        return [body for at, _query, body in self.posted if at == path]

    def says(self, path: str, status: int, body: Any) -> None:
        self.answers[path] = lambda handler: handler.answer(status, json.dumps(body).encode())

    def is_silent(self, path: str, seconds: float) -> None:
        self.answers[path] = lambda handler: time.sleep(seconds)


class _Post(BaseHTTPRequestHandler):
    def do_POST(self) -> None:
        platform: Platform = self.server.platform  # type: ignore[attr-defined]
        parts = urlsplit(self.path)
        body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        platform.posted.append((parts.path, parse_qs(parts.query), body))
        answer = platform.answers.get(parts.path)
        if answer is None:
            self.answer(200, b'{"errcode": 0, "errmsg": "ok"}')
        else:
            answer(self)

    def answer(self, status: int, body: bytes, **headers: str) -> None:
        self.send_response(status)
        for name, value in headers.items():
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: Any) -> None:
        pass


@contextmanager
def robot_platform() -> Iterator[Platform]:
    """A server that takes what robots are posted."""
    with ThreadingHTTPServer(("127.0.0.1", 0), _Post) as server:
        server.daemon_threads = True
        server.platform = Platform(server.server_address[1])  # type: ignore[attr-defined]
        threading.Thread(target=server.serve_forever, args=(0.05,), daemon=True).start()
        yield server.platform  # type: ignore[attr-defined]
        server.shutdown()
