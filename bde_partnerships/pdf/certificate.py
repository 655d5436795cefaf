"""Keys that live outside the database: certificates of schools, key of the instance."""

import contextlib
import os
import secrets
from datetime import datetime, timedelta, timezone
from pathlib import Path

from cryptography import x509
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, ed25519
from cryptography.hazmat.primitives.serialization import pkcs12
from cryptography.x509.oid import NameOID

SELF_SIGNED_YEARS = 3
INSTANCE_KEY = "instance.pem"


class KeyUnavailable(Exception):
    """No key, or one that cannot be opened; the message is for the log."""


def _write_private(path, data):
    """Writes a file that only the server's account reads; never over an existing one."""
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "wb") as stream:
        stream.write(data)


def self_signed(common_name, serial_name, passphrase, now=None):
    """PKCS#12 with a new key and a certificate that vouches for itself only.

    Good for a demonstration: a reader of the PDF sees that the seal is intact, not who
    stands behind it.

    :param str common_name: name of the school
    :param str serial_name: its UAI
    :rtype: bytes
    """
    now = now or datetime.now(timezone.utc)
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name(
        [
            x509.NameAttribute(NameOID.COUNTRY_NAME, "FR"),
            x509.NameAttribute(NameOID.ORGANIZATION_NAME, common_name[:64]),
            x509.NameAttribute(NameOID.SERIAL_NUMBER, serial_name),
            x509.NameAttribute(NameOID.COMMON_NAME, common_name[:64]),
        ]
    )
    certificate = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(minutes=5))
        .not_valid_after(now + timedelta(days=365 * SELF_SIGNED_YEARS))
        .add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
        .add_extension(
            x509.KeyUsage(
                digital_signature=True,
                content_commitment=True,
                key_encipherment=False,
                data_encipherment=False,
                key_agreement=False,
                key_cert_sign=False,
                crl_sign=False,
                encipher_only=False,
                decipher_only=False,
            ),
            critical=True,
        )
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), critical=False)
        .sign(key, hashes.SHA256())
    )
    return pkcs12.serialize_key_and_certificates(
        serial_name.encode(),
        key,
        certificate,
        None,
        serialization.BestAvailableEncryption(passphrase.encode()),
    )


class KeyStore:
    """Folder of keys: ``<UAI>.p12`` with ``<UAI>.pass``, and the key of the instance.

    :param folder: path, or nothing when the server was given none
    :param passphrase: opens every PKCS#12 that has no ``.pass`` file beside it
    """

    def __init__(self, folder, passphrase=None):
        self.folder = Path(folder) if folder else None
        self.passphrase = passphrase

    def _path(self, name):
        if not self.folder:
            raise KeyUnavailable("no key folder is configured (bde_key_dir)")
        return self.folder / name

    def has_school_key(self, uai):
        """Whether a key stands there for this school, good or not."""
        return bool(self.folder and uai and self._path(f"{uai}.p12").is_file())

    def school_key(self, uai):
        """PKCS#12 of a school and its passphrase.

        :raises KeyUnavailable: when there is none
        :rtype: tuple(bytes, bytes)
        """
        path = self._path(f"{uai}.p12")
        try:
            data = path.read_bytes()
            secret = path.with_suffix(".pass")
            if secret.is_file():
                return data, secret.read_text().strip().encode()
        except OSError as error:
            raise KeyUnavailable(f"{path.name}: {error.strerror}") from error
        if self.passphrase is None:
            raise KeyUnavailable(f"{path.name}: no passphrase")
        return data, self.passphrase.encode()

    def make_school_key(self, name, uai):
        """Writes a self-signed certificate for a school that has none.

        :return: whether one was made
        :raises KeyUnavailable: when the folder is missing or not writable
        """
        if self.has_school_key(uai):
            return False
        passphrase = secrets.token_urlsafe(24)
        try:
            _write_private(self._path(f"{uai}.pass"), passphrase.encode())
            _write_private(self._path(f"{uai}.p12"), self_signed(name, uai, passphrase))
        except FileExistsError:
            # Another worker is making it.
            return False
        except OSError as error:
            raise KeyUnavailable(f"{uai}.p12: {error.strerror}") from error
        return True

    def _instance_key(self):
        path = self._path(INSTANCE_KEY)
        try:
            if not path.is_file():
                key = ed25519.Ed25519PrivateKey.generate()
                pem = key.private_bytes(
                    serialization.Encoding.PEM,
                    serialization.PrivateFormat.PKCS8,
                    serialization.NoEncryption(),
                )
                # another worker may be first: its key is read below
                with contextlib.suppress(FileExistsError):
                    _write_private(path, pem)
            return serialization.load_pem_private_key(path.read_bytes(), None)
        except (OSError, ValueError) as error:
            raise KeyUnavailable(f"{path.name}: {error}") from error

    def sign(self, data):
        """Ed25519 signature with the key of the instance, made at its first use.

        :return: (signature, public key), in hexadecimal
        :raises KeyUnavailable: when there is no folder for it
        """
        key = self._instance_key()
        public = key.public_key().public_bytes(
            serialization.Encoding.Raw, serialization.PublicFormat.Raw
        )
        return key.sign(data).hex(), public.hex()

    def verify(self, signature, data):
        """Whether the key of the instance signed this.

        :raises KeyUnavailable: when it cannot be read
        """
        try:
            self._instance_key().public_key().verify(bytes.fromhex(signature), data)
        except (InvalidSignature, ValueError):
            return False
        return True
