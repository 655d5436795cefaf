"""What a reader of our PDFs can find out without our code: text, links, conformance, seal."""

import hashlib
import re
from concurrent.futures import ThreadPoolExecutor
from io import BytesIO

import pikepdf
from asn1crypto.x509 import Certificate
from cryptography.hazmat.primitives.serialization import Encoding, pkcs12
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.sign.validation import validate_pdf_signature
from pyhanko.sign.validation.settings import KeyUsageConstraints
from pyhanko_certvalidator import ValidationContext
from pypdf import PdfReader


def pages(pdf):
    """Text of each page, blanks folded."""
    return [" ".join(page.extract_text().split()) for page in PdfReader(BytesIO(pdf)).pages]


def links(pdf, number):
    """Addresses that can be clicked on a page, each once."""
    page = PdfReader(BytesIO(pdf)).pages[number]
    notes = [note.get_object() for note in page.get("/Annots", [])]
    return list(dict.fromkeys(note["/A"]["/URI"] for note in notes if "/URI" in note.get("/A", {})))


def conformance(pdf):
    """(part, level) that the file claims, e.g. ``("3", "A")``, with what the level asks for."""
    with pikepdf.open(BytesIO(pdf)) as file:
        with file.open_metadata() as metadata:
            claimed = metadata.get("pdfaid:part"), metadata.get("pdfaid:conformance")
        assert file.Root.MarkInfo.Marked, "not tagged"
        assert "/StructTreeRoot" in file.Root, "no structure tree"
        assert "/OutputIntents" in file.Root, "no output intent"
        assert str(file.Root.Lang).startswith("fr"), "no language"
    return claimed


def embedded(pdf):
    """{name: bytes} of the files inside."""
    with pikepdf.open(BytesIO(pdf)) as file:
        return {name: spec.get_file().read_bytes() for name, spec in file.attachments.items()}


def sha256(data):
    return hashlib.sha256(data).hexdigest()


def check_seal(pdf, keys, uai):
    """Validate the only seal with the school's own certificate as root; return its subject."""
    secret = (keys / f"{uai}.pass").read_text().strip().encode()
    root = pkcs12.load_pkcs12((keys / f"{uai}.p12").read_bytes(), secret).cert.certificate
    # pyHanko runs a loop of its own, and Playwright's runs in this thread already
    with ThreadPoolExecutor(1) as pool:
        status = pool.submit(_validate, pdf, _asn1(root)).result()
    assert status.bottom_line, status.pretty_print_details()
    assert status.coverage.name == "ENTIRE_FILE", status.coverage
    return root.subject.rfc4514_string()


def _validate(pdf, root):
    [seal] = PdfFileReader(BytesIO(pdf)).embedded_signatures
    return validate_pdf_signature(
        seal,
        ValidationContext(trust_roots=[root], allow_fetching=False),
        key_usage_settings=KeyUsageConstraints(key_usage={"digital_signature"}),
    )


def _asn1(certificate):
    return Certificate.load(certificate.public_bytes(Encoding.DER))


def check_address(text):
    """Address of the verification page printed on a proof page."""
    return re.search(r"https?://\S+?/bde/v/[\w-]+", text)[0]
