"""The chain of hashes of a journal, verified: linear, without the ORM.

A row is a dict ``serial``, ``at`` (datetime), ``event``, ``payload`` (canonical text),
``commitment``, ``prev_hash``, ``hash``, and ``salt`` and ``data`` of its erasable details, None
once they are erased.
"""

from hashlib import sha256
from json.encoder import encode_basestring


def record_text(row, document_uuid):
    """What the hash of a row covers, as canonical text.

    The same as ``canonical`` of the record, five times as fast: its keys are known, and its
    values are plain ASCII but for the payload, which is canonical itself.

    >>> from datetime import datetime
    >>> row = {"serial": 1, "at": datetime(2026, 1, 2, 3, 4, 5), "event": "sent",
    ...        "payload": "{}", "commitment": None}
    >>> text = record_text(row, "u")
    >>> text[:45]
    '{"at":"2026-01-02 03:04:05","commitment":"","'
    >>> text[45:]
    'document":"u","event":"sent","payload":"{}","serial":1}'
    """
    return (
        f'{{"at":"{row["at"].isoformat(" ", "seconds")}"'
        f',"commitment":{encode_basestring(row["commitment"] or "")}'
        f',"document":{encode_basestring(document_uuid)}'
        f',"event":{encode_basestring(row["event"])}'
        f',"payload":{encode_basestring(row["payload"])}'
        f',"serial":{row["serial"]:d}}}'
    )


def first_fault(rows, document_uuid):
    """What is wrong first with the rows of one document, in the order of their serials.

    What a broken chain says of the rest is worth nothing: the first fault is enough.

    :return: None, or (what, serial) with what = ``missing`` (a row is missing or moved),
        ``changed`` or ``details``
    """
    previous = ""
    for expected, row in enumerate(rows, 1):
        if row["serial"] != expected or (row["prev_hash"] or "") != previous:
            return "missing", expected
        text = f"{previous}\n{record_text(row, document_uuid)}"
        if row["hash"] != sha256(text.encode()).hexdigest():
            return "changed", expected
        if row["data"] is not None and not _details_fit(row):
            return "details", expected
        previous = row["hash"]
    return None


def _details_fit(row):
    return row["commitment"] == sha256(f"{row['salt']}\n{row['data']}".encode()).hexdigest()
