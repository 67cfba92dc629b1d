"""What is written to the log: never the token of a phone link, whoever mentions its address."""

from __future__ import annotations

import logging
import re

# The address of a link: the token is all that it takes to be asked for the phone number.
_TOKEN = re.compile(r"(/l/)[A-Za-z0-9_%=-]{8,}")


class WithoutTokens(logging.Formatter):
    """A plain line, in which the addresses of phone links end before their token; tracebacks included."""

    def format(self, record: logging.LogRecord) -> str:
        return _TOKEN.sub(r"\1…", super().format(record))
