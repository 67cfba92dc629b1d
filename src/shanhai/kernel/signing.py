"""What "signed" means of one signature, and the hash of what its signer had before them."""

from __future__ import annotations

import hashlib


def signed_way(*, has_copy: bool, is_confirmed: bool) -> str:
    """What "signed" means of one signature.

    ``scan``: a scanned, stamped copy was matched by the code printed on it; ``system``: somebody confirmed it here, and
    the record keeps who, when and the hash of what they had before them; ``noted``: neither, a file that was loaded says
    so.

    Examples
    --------
    >>> signed_way(has_copy=False, is_confirmed=True)
    'system'
    """
    return "scan" if has_copy else "system" if is_confirmed else "noted"


def digest(*parts: object) -> str:
    """SHA-256 of what was signed, 64 hexadecimal digits, so that the record says what the signer had before him.

    Examples
    --------
    >>> digest("minutes", "")[:8]
    '7078f4e2'
    """
    return hashlib.sha256("\n".join(str(part) for part in parts).encode()).hexdigest()
