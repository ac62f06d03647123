"""A text as a word of an address, so that a page needs no store for it."""

from __future__ import annotations

import base64
import binascii
import zlib

from pactolus.errors import OptionError

__all__ = ["packed", "unpacked"]


def packed(text: str) -> str:
    """A text as a word.

    Examples
    --------
    >>> unpacked("own", packed("event: mine"), 100)
    'event: mine'
    """
    return base64.urlsafe_b64encode(zlib.compress(text.encode("utf-8"), 9)).decode("ascii").rstrip("=")


def unpacked(field: str, word: str, most: int) -> str:
    """The text behind such a word.

    Parameters
    ----------
    field : str
        Of the address, for messages.
    word : str
    most : int
        Bytes that a text may have; a word that stands for more is not unpacked further.

    Raises
    ------
    OptionError
        If it is none, or too large.
    """
    try:
        raw = base64.urlsafe_b64decode(word + "=" * (-len(word) % 4))
        reader = zlib.decompressobj()
        found = reader.decompress(raw, most)
        if reader.unconsumed_tail:
            raise OptionError(f"{field}: stands for more than {most:,} bytes; shorten the text")
        return found.decode("utf-8")
    except (binascii.Error, zlib.error, ValueError) as error:
        raise OptionError(
            f"{field}: is no text of this page ({error}); paste it on the page again"
        ) from error
