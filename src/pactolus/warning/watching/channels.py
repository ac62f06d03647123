"""Where messages go: lines of JSON, a file of e-mail, an address on the web.

Each is safe to repeat: a message has an id that does not change while it has not arrived.
"""

from __future__ import annotations

import json
import os
import urllib.error
import urllib.parse
import urllib.request
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime
from pathlib import Path
from typing import Any, Final, Protocol

from pactolus import __version__
from pactolus.errors import InputError, OptionError, OutputError, PactolusError
from pactolus.runs.asking import TROUBLE, NoRedirect, Patience, require_secure, seconds_asked, why
from pactolus.runs.files import write_bytes

__all__ = ["WEBHOOK", "Channel", "JsonLines", "MailFolder", "Message", "Webhook", "channel_of"]

#: Environment variable that holds the address for ``webhook``.
WEBHOOK: Final = "PACTOLUS_WEBHOOK"
_KINDS: Final = "jsonl:FILE, eml:FOLDER, an address with https://, or webhook (address in PACTOLUS_WEBHOOK)"
_PATIENCE: Final = Patience(tries=3, between=1.0, longest=10.0)


@dataclass(frozen=True, kw_only=True)
class Message:
    """What is new, for one channel.

    Attributes
    ----------
    id : str
        The same until it has arrived.
    as_of : date
    members : tuple of str
    vintage : str
    rows : tuple of mapping
        Columns of the list as plain values, with ``level_before`` (empty if new) and an ``id``.
    subject, body : str
        In the language asked for.
    """

    id: str
    as_of: date
    members: tuple[str, ...]
    vintage: str
    rows: tuple[Mapping[str, Any], ...]
    subject: str
    body: str


class Channel(Protocol):
    """Somewhere a message can be sent."""

    @property
    def name(self) -> str:
        """What tells it from others; may hold secrets, so only its checksum is kept."""

    @property
    def shown(self) -> str:
        """What may be printed."""

    def send(self, message: Message) -> None:
        """Send a message, once or more often with the same effect.

        Raises
        ------
        PactolusError
            If it has not arrived.
        """


@dataclass(frozen=True)
class JsonLines:
    """A file to which one line a reason is added."""

    path: Path

    @property
    def name(self) -> str:
        return f"jsonl:{self.path.resolve()}"

    @property
    def shown(self) -> str:
        return f"jsonl:{self.path}"

    def send(self, message: Message) -> None:
        """Add what is not there yet."""
        try:
            old = self.path.read_bytes() if self.path.exists() else b""
            self.path.parent.mkdir(parents=True, exist_ok=True)
            lines = [json.dumps(row, ensure_ascii=False) for row in message.rows]
            fresh = [
                line for line, row in zip(lines, message.rows, strict=True) if not _there(old, row["id"])
            ]
            if fresh:
                gap = "\n" if old and not old.endswith(b"\n") else ""  # a line that a full disk cut off
                with self.path.open("ab") as file:
                    file.write((gap + "\n".join(fresh) + "\n").encode())
        except OSError as error:
            raise OutputError(f"{self.path}: cannot be written ({error.strerror or error})") from error


def _there(content: bytes, identity: str) -> bool:
    return f'"id": "{identity}"'.encode() in content


@dataclass(frozen=True)
class MailFolder:
    """A folder that gets one file of e-mail a message (RFC 5322), for any mail program to send."""

    folder: Path

    @property
    def name(self) -> str:
        return f"eml:{self.folder.resolve()}"

    @property
    def shown(self) -> str:
        return f"eml:{self.folder}"

    def send(self, message: Message) -> None:
        """Write the file; one of the same name holds the same message."""
        mail = EmailMessage(policy=SMTP)
        mail["From"] = "pactolus <pactolus@localhost>"
        mail["Date"] = format_datetime(datetime.combine(message.as_of, datetime.min.time(), UTC))
        mail["Subject"] = message.subject
        mail["Message-ID"] = f"<{message.id}@pactolus.invalid>"
        mail["X-Unsent"] = "1"  # mail programs open it as a draft
        mail.set_content(message.body, charset="utf-8", cte="base64")
        write_bytes(self.folder / f"watch-{message.as_of}-{message.id}.eml", mail.as_bytes())


@dataclass(frozen=True)
class Webhook:
    """An address that takes a POST of JSON; its path and query may be secret and are never printed."""

    address: str = field(repr=False)
    patience: Patience = _PATIENCE

    @property
    def name(self) -> str:
        return self.address

    @property
    def shown(self) -> str:
        parts = urllib.parse.urlsplit(self.address)
        return f"{parts.scheme}://{parts.hostname}"

    def send(self, message: Message) -> None:
        """Post until it is taken; a busy or failing server is asked again, a refusal is final."""
        attempt = 0
        while True:
            fault, pause = self._post(message, attempt)
            if not fault:
                return
            if pause is None:
                raise PactolusError(f"{self.shown}: {fault} (asked {attempt + 1} times)")
            self.patience.wait(pause)
            attempt += 1

    def _post(self, message: Message, attempt: int) -> tuple[str, float | None]:
        """What went wrong, if anything, and how long to wait before the next try."""
        request = urllib.request.Request(
            self.address,
            data=json.dumps(_payload(message), ensure_ascii=False).encode(),
            headers={
                "Content-Type": "application/json; charset=utf-8",
                "Idempotency-Key": message.id,
                "User-Agent": f"pactolus/{__version__}",
            },
            method="POST",
        )
        opener = urllib.request.build_opener(NoRedirect)
        try:
            with opener.open(request, timeout=self.patience.longest):
                return "", None
        except urllib.error.HTTPError as error:
            with error:
                busy = error.code >= 500 or error.code in (408, 425, 429)
                asked = seconds_asked(error.headers.get("Retry-After"))
                return f"answered {error.code}", self.patience.pause(attempt, asked) if busy else None
        except TROUBLE as error:
            return self._safe(why(error)), self.patience.pause(attempt)
        except (ValueError, UnicodeError):
            return "is no address that can be asked", None

    def _safe(self, said: str) -> str:
        """What a connection met, without the address."""
        secret = self.address.partition("://")[2].partition("/")[2]
        return "the connection failed" if secret and secret in said else said


def _payload(message: Message) -> dict[str, Any]:
    return {
        "id": message.id,
        "as_of": message.as_of.isoformat(),
        "members": list(message.members),
        "vintage": message.vintage,
        "subject": message.subject,
        "new": list(message.rows),
    }


def channel_of(text: str) -> Channel:
    """The channel that an option names.

    Raises
    ------
    OptionError
        If it names none; an address is not repeated in the message, because it may hold a secret.
    """
    kind, _, rest = text.partition(":")
    if kind == "jsonl" and rest:
        return JsonLines(Path(rest))
    if kind == "eml" and rest:
        return MailFolder(Path(rest))
    if text == "webhook" and not os.environ.get(WEBHOOK):
        raise OptionError(f"--notify webhook: no address; put it into {WEBHOOK}")
    address = os.environ[WEBHOOK] if text == "webhook" else text
    if text != "webhook" and kind not in ("http", "https"):
        raise OptionError(f"--notify: {kind!r} is no way to notify; give {_KINDS}")
    try:
        require_secure(address)
    except InputError:
        raise OptionError(
            "--notify: the address must begin with https:// and hold no user name or password; http:// is "
            "for this machine only"
        ) from None
    return Webhook(address)
