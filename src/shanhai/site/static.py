"""Static files as they are served: collected once, named by their hash, packed. Done again when one of them changes."""

from __future__ import annotations

import hashlib
import os
from pathlib import Path

SOURCES = Path(__file__).resolve().parents[1]


def collect() -> bool:
    """Collect where something changed since the last time; to be called before the settings are read.

    Returns
    -------
    bool
        Whether anything was collected.
    """
    from shanhai.site.environment import read

    env = read()
    root = Path(env.static).absolute() if env.static else env.data / "static"
    stamp = root / ".collected"
    wanted = _fingerprint()
    if (root / "staticfiles.json").exists() and stamp.exists() and stamp.read_text() == wanted:
        return False
    os.environ["SHANHAI_COLLECTING"] = "1"
    import django
    from django.core.management import call_command

    django.setup()
    call_command("collectstatic", interactive=False, clear=True, verbosity=0)
    stamp.write_text(wanted)
    return True


def _fingerprint() -> str:
    """Names, sizes and times of all static files of ours."""
    digest = hashlib.sha256()
    for folder in sorted(SOURCES.glob("**/static")):
        for path in sorted(folder.rglob("*")):
            if path.is_file():
                about = path.stat()
                digest.update(f"{path.relative_to(SOURCES)} {about.st_size} {about.st_mtime_ns}\n".encode())
    return digest.hexdigest()
