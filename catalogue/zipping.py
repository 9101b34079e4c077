"""ZIP archives of files that are stored as they are, streamed, their length known beforehand.

Python's own zipfile writes sizes after the content where it cannot go back, and cannot say
how long the whole will be. The layout is that of PKWARE's APPNOTE.TXT 6.3, 4.3 and 4.5.3.
"""

import struct
import zlib
from collections.abc import Callable, Iterator
from datetime import datetime
from typing import NamedTuple

from django.utils import timezone

FULL, MANY = 0xFFFFFFFF, 0xFFFF  # in a field: too great for it, look into the ZIP64 part
LARGEST, MOST = FULL - 1, MANY - 1
UTF8 = 1 << 11
PLAIN, ZIP64 = 20, 45  # the version of the format that is needed: 2.0, 4.5
UNIX = 3 << 8
MODE = 0o100644 << 16


class Entry(NamedTuple):
    """A file of the archive; `read` gives its content piece by piece, as often as asked."""

    name: str
    size: int
    modified_at: datetime
    read: Callable[[], Iterator[bytes]]
    begin: Callable[[], None] = lambda: None  # called when the content is about to be sent


def length(entries: list[Entry]) -> int:
    """How many bytes the archive will have."""
    offset = sum(_local_length(entry) + entry.size for entry in entries)
    return offset + len(_directory(entries, [0] * len(entries)))


def stream(entries: list[Entry]) -> Iterator[bytes]:
    """The archive, piece by piece. Content that is not as long as announced is an OSError."""
    sums = []
    for entry in entries:
        sums.append(_checksum(entry))
        yield _local_header(entry, sums[-1])
        entry.begin()
        yield from entry.read()
    yield _directory(entries, sums)


def _checksum(entry: Entry) -> int:
    """The CRC, which stands before the content: so the content is read twice."""
    checksum, size = 0, 0
    for piece in entry.read():
        checksum, size = zlib.crc32(piece, checksum), size + len(piece)
    if size != entry.size:
        raise OSError(f"{entry.name} has {size} bytes instead of {entry.size}")
    return checksum


# Records --------------------------------------------------------------------


def _local_header(entry: Entry, checksum: int) -> bytes:
    name, extra = entry.name.encode(), _extra(entry.size, entry.size)
    size = _short(entry.size)
    fields = (_version(extra), UTF8, 0, *_moment(entry), checksum, size, size)
    return struct.pack("<IHHHHHIIIHH", 0x04034B50, *fields, len(name), len(extra)) + name + extra


def _local_length(entry: Entry) -> int:
    return 30 + len(entry.name.encode()) + len(_extra(entry.size, entry.size))


def _directory(entries: list[Entry], sums: list[int]) -> bytes:
    """The list of all files with which an archive ends."""
    records, offset = [], 0
    for entry, checksum in zip(entries, sums, strict=True):
        records.append(_record(entry, checksum, offset))
        offset += _local_length(entry) + entry.size
    listed = b"".join(records)
    return listed + _end(len(entries), len(listed), offset)


def _record(entry: Entry, checksum: int, offset: int) -> bytes:
    name = entry.name.encode()
    sizes = (entry.size, entry.size) if entry.size > LARGEST else ()
    extra = _extra(*sizes, *([offset] if offset > LARGEST else []))
    size, start = _short(entry.size), _short(offset)
    fields = (UNIX | PLAIN, _version(extra), UTF8, 0, *_moment(entry), checksum, size, size)
    lengths = (len(name), len(extra), 0, 0, 0)
    return (
        struct.pack("<IHHHHHHIIIHHHHHII", 0x02014B50, *fields, *lengths, MODE, start) + name + extra
    )


def _extra(*numbers: int) -> bytes:
    """The ZIP64 part of a record: the numbers, if one of them is too great for its field."""
    if all(number <= LARGEST for number in numbers):
        return b""
    return struct.pack(f"<HH{len(numbers)}Q", 1, 8 * len(numbers), *numbers)


def _end(number: int, size: int, offset: int) -> bytes:
    count = number if number <= MOST else MANY
    shown = (count, count, _short(size), _short(offset), 0)
    end = struct.pack("<IHHHHIIH", 0x06054B50, 0, 0, *shown)
    if count < MANY and FULL not in shown:
        return end
    whole = (44, UNIX | ZIP64, ZIP64, 0, 0, number, number, size, offset)
    locator = struct.pack("<IIQI", 0x07064B50, 0, offset + size, 1)
    return struct.pack("<IQHHIIQQQQ", 0x06064B50, *whole) + locator + end


def _short(number: int) -> int:
    """A number for a field of 32 bits."""
    return number if number <= LARGEST else FULL


def _version(extra: bytes) -> int:
    return ZIP64 if extra else PLAIN


def _moment(entry: Entry) -> tuple[int, int]:
    """The time and the date as MS-DOS wrote them, by the office's clock."""
    at = timezone.localtime(entry.modified_at)
    time = at.hour << 11 | at.minute << 5 | at.second // 2
    return time, max(at.year - 1980, 0) << 9 | at.month << 5 | at.day
