"""Many PDFs in one file, or in one archive, without the ORM; one document in memory at a time."""

import re
import zipfile
from io import BytesIO

from pypdf import PdfReader, PdfWriter

MAX_NAME = 120
_UNSAFE = re.compile(r'[\x00-\x1f\x7f/\\:*?"<>|]+')


def safe_name(*parts, extension=".pdf"):
    """Name of a file that any system takes.

    >>> safe_name("2MELEC", "Léa / Martin", "0330994B-2026-000001")
    '2MELEC - Léa Martin - 0330994B-2026-000001.pdf'
    >>> safe_name("", "..")
    'document.pdf'
    """
    cleaned = (" ".join(_UNSAFE.sub(" ", part or "").split()).strip(". ") for part in parts)
    stem = " - ".join(part for part in cleaned if part)[:MAX_NAME].strip(". ")
    return f"{stem or 'document'}{extension}"


def unique_names(names):
    """The names, those that come again with a number.

    >>> unique_names(["a.pdf", "A.pdf", "b.pdf"])
    ['a.pdf', 'A (2).pdf', 'b.pdf']
    """
    seen, result = {}, []
    for name in names:
        count = seen[name.casefold()] = seen.get(name.casefold(), 0) + 1
        stem, dot, extension = name.rpartition(".")
        result.append(name if count == 1 else f"{stem} ({count}){dot}{extension}")
    return result


def archive(files, stream):
    """Writes a zip archive.

    :param files: iterable of (name, bytes)
    :param stream: binary file to write to
    """
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_STORED) as target:  # PDFs are compressed
        for name, data in files:
            target.writestr(name, data)


def join(files, stream, both_sides=False):
    """Writes one PDF of many, with a bookmark for each group and each document.

    :param files: iterable of (group, name, bytes), in order
    :param stream: binary file to write to
    :param bool both_sides: a blank page after an odd number of pages, so that each document
        begins on a sheet of its own when it is printed on both sides
    """
    writer = PdfWriter()
    group_mark, last_group = None, None
    for group, name, data in files:
        first = len(writer.pages)
        reader = PdfReader(BytesIO(data))
        for page in reader.pages:
            writer.add_page(page)
        if both_sides and (len(writer.pages) - first) % 2:
            writer.add_blank_page()
        if group and group != last_group:
            group_mark = writer.add_outline_item(group, first)
        last_group = group
        writer.add_outline_item(name, first, parent=group_mark if group else None)
    writer.write(stream)
