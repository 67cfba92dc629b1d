"""Functions that ``test_heavy`` runs in a child."""

import os
import time

from shanhai.kernel.refusals import BadInput


def add(a, b):
    print("this goes nowhere")
    return a + b


def count(n, on_progress):
    for i in range(n):
        on_progress(i + 1, n)
    return n


def eat(mb):
    return len(bytearray(mb * 1024 * 1024))


def sleep(seconds):
    time.sleep(seconds)


def refuse():
    raise BadInput("core.test", "The {what} is wrong.", what="heading")


def fail():
    raise KeyError("lost")


def die():
    os._exit(7)


def modules():
    import sys

    return sorted(sys.modules)
