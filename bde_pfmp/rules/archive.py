"""Opens what was uploaded: a plain file, or a zip with exactly one XML inside.

A zip declares its sizes itself, so they are checked when declared and again while reading.
"""

import io
import zipfile
import zlib

from .school_data import FileRefused, Position

MAX_UPLOAD = 25 * 1024 * 1024
MAX_CONTENT = 60 * 1024 * 1024
# The State's exports shrink about 20 times; bombs shrink by the thousand.
MAX_RATIO = 120
_BLOCK = 256 * 1024


def open_upload(name, data):
    """Return ``(name, content)`` of the file to read.

    :raise FileRefused: empty, too big, broken or encrypted zip, several files in it, bomb,
        workbook of Excel
    """
    if not data:
        raise FileRefused("file_empty", Position(name))
    if len(data) > MAX_UPLOAD:
        raise FileRefused("file_too_big", Position(name), limit=MAX_UPLOAD // 2**20)
    if not data.startswith(b"PK"):
        return name, data
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            entry = _only_xml(name, archive)
            return f"{name}/{entry.filename}", _read(name, archive, entry)
    except (zipfile.BadZipFile, zlib.error, NotImplementedError, EOFError, OSError) as error:
        raise FileRefused("zip_broken", Position(name)) from error


def _only_xml(name, archive):
    entries = [
        entry
        for entry in archive.infolist()
        if not entry.is_dir() and not entry.filename.startswith("__MACOSX/")
    ]
    if any(entry.filename == "xl/workbook.xml" for entry in entries):
        raise FileRefused("excel_workbook", Position(name))
    if len(entries) != 1 or not entries[0].filename.lower().endswith(".xml"):
        raise FileRefused("zip_not_one_xml", Position(name), count=len(entries))
    entry = entries[0]
    if entry.flag_bits & 0x1:
        raise FileRefused("zip_encrypted", Position(name))
    _check_size(name, entry.file_size, entry.compress_size)
    return entry


def _check_size(name, size, compressed):
    if size > MAX_CONTENT:
        raise FileRefused("file_too_big", Position(name), limit=MAX_CONTENT // 2**20)
    if size > MAX_RATIO * max(compressed, 1024):
        raise FileRefused("zip_bomb", Position(name), limit=MAX_RATIO)


def _read(name, archive, entry):
    content = io.BytesIO()
    with archive.open(entry) as stream:
        while block := stream.read(_BLOCK):
            content.write(block)
            _check_size(name, content.tell(), entry.compress_size)
    return content.getvalue()
