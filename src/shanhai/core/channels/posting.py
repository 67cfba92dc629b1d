"""One POST to a robot: over HTTPS, to no machine of our own, within a fixed time, reading little, following nothing."""

from __future__ import annotations

import contextlib
import http.client
import ipaddress
import socket
import ssl
import threading
from urllib.parse import SplitResult, urlsplit

from django.conf import settings

from shanhai.core.channels.robots import Call
from shanhai.kernel.refusals import BadInput, gettext_noop

TIMEOUT_S = 5.0
# A server that answers drop by drop is cut off after this.
LONGEST_S = 12.0
_READ = 64 * 1024


class Unreached(Exception):
    """The server was not reached, or broke off; ``code`` says how."""

    def __init__(self, code: str, said: str = "") -> None:
        super().__init__(code)
        self.code, self.said = code, said[:200]


def check_address(address: str) -> str:
    """A webhook address as it may be kept.

    Raises
    ------
    BadInput
        ``core.webhook_form``: no address, not HTTPS, or one that names a login.
    """
    parts = _split(address.strip())
    is_https = parts is not None and parts.scheme == "https"
    is_test = parts is not None and parts.scheme == "http" and _names_this_machine(parts.hostname or "")
    if parts is None or parts.username or not (is_https or (is_test and settings.SHANHAI_ROBOTS_ON_LOOPBACK)):
        raise BadInput(
            "core.webhook_form",
            gettext_noop(
                "This is no webhook address. Copy the whole address that the group’s robot shows; it begins with https://."
            ),
            field="address",
        )
    return address.strip()


def _split(address: str) -> SplitResult | None:
    try:
        parts = urlsplit(address)
        _ = parts.port
    except ValueError:
        return None
    is_plain = address.isascii() and not any(sign <= " " for sign in address)
    return parts if is_plain and parts.hostname and len(address) <= 1000 else None


def _names_this_machine(host: str) -> bool:
    if host == "localhost":
        return True
    with contextlib.suppress(ValueError):
        return ipaddress.ip_address(host).is_loopback
    return False


def post(call: Call) -> tuple[int, bytes]:
    """Post JSON; gives status and the beginning of the answer.

    Raises
    ------
    Unreached
    """
    parts = _split(call.url)
    if parts is None:
        raise Unreached("address")
    connection = _connection(parts)
    held: list[socket.socket] = []
    cut_off = threading.Timer(LONGEST_S, _shut, [connection, held])
    cut_off.daemon = True
    cut_off.start()
    try:
        connection.connect()
        held.append(connection.sock)  # the connection forgets it when the server says that it will close
        _check_peer(connection)
        target = f"{parts.path or '/'}?{parts.query}" if parts.query else parts.path or "/"
        headers = {"Content-Type": "application/json; charset=utf-8", "User-Agent": "Shanhai"}
        connection.request("POST", target, call.body, headers)
        answer = connection.getresponse()
        return answer.status, answer.read(_READ)
    except TimeoutError:
        raise Unreached("timeout") from None
    except ssl.SSLError as error:
        raise Unreached("tls", error.reason or "") from None
    except (OSError, http.client.HTTPException) as error:
        raise Unreached("unreached", type(error).__name__) from None
    finally:
        cut_off.cancel()
        connection.close()


def _connection(parts: SplitResult) -> http.client.HTTPConnection:
    host = parts.hostname or ""
    if parts.scheme == "https":
        return http.client.HTTPSConnection(
            host, parts.port, timeout=TIMEOUT_S, context=ssl.create_default_context()
        )
    if not (settings.SHANHAI_ROBOTS_ON_LOOPBACK and _names_this_machine(host)):
        raise Unreached("address")
    return http.client.HTTPConnection(host, parts.port, timeout=TIMEOUT_S)


def _check_peer(connection: http.client.HTTPConnection) -> None:
    """A name may lead anywhere: what answers must not be this machine or the link beside it."""
    peer = ipaddress.ip_address(connection.sock.getpeername()[0].partition("%")[0])
    mapped = getattr(peer, "ipv4_mapped", None) or peer
    if (mapped.is_loopback and not settings.SHANHAI_ROBOTS_ON_LOOPBACK) or mapped.is_link_local:
        raise Unreached("address")


def _shut(connection: http.client.HTTPConnection, held: list[socket.socket]) -> None:
    open_one = held[0] if held else connection.sock
    with contextlib.suppress(OSError):
        if open_one is not None:
            open_one.shutdown(socket.SHUT_RDWR)
