"""Safe, streaming reading of the State's XML exports.

Expat is used directly: it gives the exact line and column of every element, reads ISO-8859-15,
opens nothing by itself, and lets a DOCTYPE be refused before any entity exists. Only the
elements whose path is asked for are built, one at a time, so a file of several megabytes costs
little memory.
"""

from dataclasses import dataclass, field
from xml.parsers import expat

from .school_data import FileRefused, Position

MAX_BYTES = 60 * 1024 * 1024
MAX_DEPTH = 30
MAX_TEXT = 4000
_ENCODINGS = {"utf-8", "iso-8859-1", "iso-8859-15", "us-ascii", "windows-1252"}


@dataclass(slots=True)
class Element:
    """One element with its children, its text and its place in the file."""

    tag: str
    attributes: dict
    line: int
    column: int
    text: str = ""
    children: list = field(default_factory=list)

    def all(self, path):
        """Children found by a path such as ``"SERVICES/SERVICE"``."""
        found = [self]
        for tag in path.split("/"):
            found = [child for parent in found for child in parent.children if child.tag == tag]
        return found

    def value(self, *names):
        """First non-empty text among the children, or attributes, of these names."""
        for name in names:
            for child in self.children:
                if child.tag == name and child.text.strip():
                    return " ".join(child.text.split())
            attribute = self.attributes.get(name, "").strip()
            if attribute:
                return attribute
        return ""


class _Builder:
    """Follows the document and hands each wanted element to its handler when it closes."""

    def __init__(self, parser, file, handlers):
        self.parser, self.file, self.handlers = parser, file, handlers
        self.root = None
        # path below the root of each element that is open, the root's own being ""
        self.paths = []
        self.open = []

    def position(self):
        return Position(
            self.file, self.parser.CurrentLineNumber, self.parser.CurrentColumnNumber + 1
        )

    def declaration(self, version, encoding, standalone):
        if encoding and encoding.lower() not in _ENCODINGS:
            raise FileRefused("xml_encoding", self.position(), encoding=encoding[:40])

    def doctype(self, name, system_id, public_id, has_internal_subset):
        raise FileRefused("xml_doctype", self.position())

    def start(self, tag, attributes):
        if len(self.paths) > MAX_DEPTH:
            raise FileRefused("xml_too_deep", self.position(), limit=MAX_DEPTH)
        line, column = self.parser.CurrentLineNumber, self.parser.CurrentColumnNumber + 1
        if self.root is None:
            self.root = Element(tag, attributes, line, column)
            self.paths.append("")
            return
        path = f"{self.paths[-1]}/{tag}" if self.paths[-1] else tag
        self.paths.append(path)
        if self.open:
            element = Element(tag, attributes, line, column)
            self.open[-1].children.append(element)
            self.open.append(element)
        elif path in self.handlers:
            self.open.append(Element(tag, attributes, line, column))

    def characters(self, text):
        if self.open:
            element = self.open[-1]
            if len(element.text) + len(text) > MAX_TEXT:
                raise FileRefused("xml_text_too_long", self.position(), limit=MAX_TEXT)
            element.text += text

    def end(self, tag):
        path = self.paths.pop()
        if self.open:
            element = self.open.pop()
            if not self.open:
                self.handlers[path](element)


def read(data, file, handlers):
    """Call ``handlers[path](element)`` for each element at that path below the root.

    :param bytes data: the document
    :param str file: name used in positions
    :param dict handlers: path without the root, e.g. ``"DONNEES/ELEVES/ELEVE"``, to a callable
    :return: the root element, without its children
    :raise FileRefused: malformed, too big, with a DOCTYPE, or in an encoding not in use
    """
    if len(data) > MAX_BYTES:
        raise FileRefused("file_too_big", Position(file), limit=MAX_BYTES // 2**20)
    parser = expat.ParserCreate()
    builder = _Builder(parser, file, handlers)
    parser.buffer_text = True
    parser.XmlDeclHandler = builder.declaration
    parser.StartDoctypeDeclHandler = builder.doctype
    parser.StartElementHandler = builder.start
    parser.EndElementHandler = builder.end
    parser.CharacterDataHandler = builder.characters
    try:
        parser.Parse(data, True)
    except expat.ExpatError as error:
        position = Position(file, error.lineno, error.offset + 1)
        raise FileRefused(
            "xml_malformed", position, detail=expat.ErrorString(error.code)
        ) from error
    return builder.root


def root_tag(data):
    """Name of the root element, "" when there is none or a DOCTYPE. Reads the start only."""
    found = []

    class _Found(Exception):
        pass

    def start(tag, attributes):
        found.append(tag)
        raise _Found

    def doctype(*arguments):
        raise _Found

    parser = expat.ParserCreate()
    parser.StartDoctypeDeclHandler = doctype
    parser.StartElementHandler = start
    try:
        parser.Parse(data[:65536], False)
    except (_Found, expat.ExpatError, LookupError, ValueError):
        pass
    return found[0] if found else ""
