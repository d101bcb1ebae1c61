"""What may leave the house in a message, log line or page: no secret, no customer's number."""

import re
from collections.abc import Collection, Iterable, Mapping
from contextlib import suppress
from urllib.parse import parse_qsl, urlsplit

from csanalysis.privacy.looks import MASK, hidden

_LONG = 12  # letters, from which a part of an address is its token

_CREDENTIALS = re.compile(r"//[^/\s@]+:[^/\s@]*@")
_MAILBOX = re.compile(r"([\w+-])[\w.+-]*@(\w[\w-]*(?:\.[\w-]+)*)")


def secrets_in(environment: Mapping[str, str], names: Iterable[str]) -> set[str]:
    """The values of those variables, and the parts of them that are secret on their own."""
    found: set[str] = set()
    for name in names:
        value = environment.get(name, "").strip()
        if len(value) < 4:  # hiding every "a" would hide nothing else
            continue
        found.add(value)
        with suppress(ValueError):  # half an address has no parts
            parts = urlsplit(value)
            found |= {part for part in parts.path.split("/") if len(part) >= _LONG}
            found |= {part for _, part in parse_qsl(parts.query) if len(part) >= 4}
    return found


def masked(line: str, secrets: Collection[str] = ()) -> str:
    """One line without secrets, passwords in addresses, phone numbers, VINs and people's mailboxes."""
    for secret in sorted(secrets, key=len, reverse=True):
        line = line.replace(secret, MASK)
    line = _CREDENTIALS.sub(f"//{MASK}@", line)
    return flat(_MAILBOX.sub(r"\1…@\2", hidden(line, leave={"email"})))


def flat(text: str) -> str:
    """``text`` on one line, control characters as spaces: it cannot begin a header or line of its own."""
    return " ".join("".join(letter if letter.isprintable() else " " for letter in text).split())
