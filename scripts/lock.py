"""Refresh the lists of exact versions in ``requirements/`` (``make lock``)."""

from __future__ import annotations

import os

import frontend
import machine

REQUIREMENTS = machine.REPOSITORY / "requirements"

# One after the other: a later list takes the versions of the lists it is held to.
LISTS = (
    ("base", ["pyproject.toml"]),
    ("test", ["pyproject.toml", "--extra", "test", "--constraint", "requirements/base.txt"]),
    ("build", ["requirements/build.in", "--constraint", "requirements/test.txt"]),
    ("uv", ["requirements/uv.in"]),
    ("node", ["requirements/node.in"]),
    # These stand alone: their environments hold nothing of ours.
    ("pm4py", ["requirements/pm4py.in"]),
    ("viewflow", ["requirements/viewflow.in"]),
)


def main() -> None:
    """Lock Python packages with hashes and no index address, then the front-end files."""
    env = machine.uv_environment(machine.pip_settings(), os.environ)
    for name, sources in LISTS:
        machine.say(f"Locking requirements/{name}.txt")
        machine.run(
            *(
                frontend.uv(),
                "pip",
                "compile",
                "--quiet",
                "--upgrade",
                "--universal",
                "--python-version",
                "3.11",
            ),
            *(
                "--generate-hashes",
                "--no-emit-index-url",
                "--no-emit-find-links",
                "--no-header",
                "--no-annotate",
            ),
            *(*sources, "--output-file", f"requirements/{name}.txt"),
            cwd=machine.REPOSITORY,
            env=env,
        )
    for name, folder in (("frontend", frontend.SERVED), ("frontend-test", frontend.FOR_TESTS)):
        machine.say(f"Listing requirements/{name}.sha256")
        frontend.write_sums(name, folder, env)


if __name__ == "__main__":
    main()
