"""The school's seal on a PDF: a PAdES signature by pyHanko, and its verification."""

from io import BytesIO

from cryptography.hazmat.primitives.serialization import pkcs12
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.sign import fields, signers
from pyhanko.sign.validation import validate_pdf_signature
from pyhanko.sign.validation.settings import KeyUsageConstraints
from pyhanko_certvalidator import ValidationContext

from .certificate import KeyUnavailable

FIELD_NAME = "SchoolSeal"


def load_signer(data, passphrase):
    """Signer of a PKCS#12.

    :param bytes data: the file
    :param bytes passphrase: opens it
    :raises KeyUnavailable: when it does not open
    """
    try:
        signer = signers.SimpleSigner.load_pkcs12_data(data, other_certs=[], passphrase=passphrase)
    except (ValueError, TypeError) as error:
        raise KeyUnavailable(f"the key does not open: {error}") from error
    if signer is None:
        raise KeyUnavailable("the key does not open")
    return signer


def describe(data, passphrase):
    """Whose certificate it is, until when, and whether it vouches for itself only.

    :raises KeyUnavailable: when it does not open
    """
    try:
        certificate = pkcs12.load_pkcs12(data, passphrase).cert.certificate
    except (ValueError, AttributeError) as error:
        raise KeyUnavailable(f"the key does not open: {error}") from error
    return {
        "subject": certificate.subject.rfc4514_string(),
        "until": certificate.not_valid_after_utc,
        "self_signed": certificate.subject == certificate.issuer,
    }


def seal(pdf, signer, reason, location, name):
    """Adds the seal as an increment: what was there stays byte for byte.

    The field is invisible, so that no page of the signed content changes.

    :param bytes pdf: the document
    :param signer: from :func:`load_signer`
    :rtype: bytes
    """
    writer = IncrementalPdfFileWriter(BytesIO(pdf))
    metadata = signers.PdfSignatureMetadata(
        field_name=FIELD_NAME,
        md_algorithm="sha256",
        reason=reason,
        location=location,
        name=name,
        subfilter=fields.SigSeedSubFilter.PADES,
        # Only further seals may be added: a form filled afterwards breaks it.
        certify=True,
        docmdp_permissions=fields.MDPPerm.NO_CHANGES,
    )
    field = fields.SigFieldSpec(sig_field_name=FIELD_NAME)
    output = signers.PdfSigner(metadata, signer, new_field_spec=field).sign_pdf(writer)
    return output.getvalue()


def check(pdf, certificate=None):
    """What the seal of a PDF says.

    :param bytes pdf: the document
    :param certificate: asn1crypto certificate trusted for this check, else the embedded one
        (then it proves that nothing changed, not who sealed)
    :return: dict ``sealed``, ``intact``, ``subject``, ``sealed_on``
    """
    reader = PdfFileReader(BytesIO(pdf))
    if not reader.embedded_signatures:
        return {"sealed": False, "intact": False, "subject": "", "sealed_on": None}
    signature = reader.embedded_signatures[-1]
    roots = [certificate or signature.signer_cert]
    status = validate_pdf_signature(
        signature,
        ValidationContext(trust_roots=roots, allow_fetching=False),
        key_usage_settings=KeyUsageConstraints(key_usage=set()),
    )
    return {
        "sealed": True,
        "intact": bool(status.intact and status.valid and status.bottom_line),
        "subject": signature.signer_cert.subject.human_friendly,
        "sealed_on": signature.self_reported_timestamp,
    }
