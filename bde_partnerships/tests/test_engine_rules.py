import base64
import doctest
import io
import shutil
import tempfile

from PIL import Image

from odoo.tests import BaseCase, tagged
from odoo.tools.pdf import PdfReader

from ..pdf import render, seal
from ..pdf.certificate import KeyStore, KeyUnavailable
from ..pdf.drawing import clean_drawing
from ..rules import canonical, changes, secret, signer, turns

PAGE = (
    '<!DOCTYPE html><html lang="fr"><head><title>Essai</title></head>'
    "<body><h1>Convention</h1><p>%s</p></body></html>"
)


@tagged("post_install", "-at_install")
class TestCanonical(BaseCase):
    def test_order_and_unicode_do_not_matter(self):
        composed, decomposed = "\u00e9", "e\u0301"
        self.assertEqual(
            canonical.canonical({"b": [1, 2], "a": composed}),
            canonical.canonical({"a": decomposed, "b": (1, 2)}),
        )
        self.assertEqual(
            canonical.canonical({"a": {"y": None, "x": True}}), '{"a":{"x":true,"y":null}}'
        )

    def test_what_has_no_canonical_form_is_refused(self):
        for value in ({1: "a"}, {"a": object()}, {"a": {1, 2}}, b"x"):
            with self.assertRaises(TypeError):
                canonical.canonical(value)
        with self.assertRaises(ValueError):
            canonical.canonical({"a": float("nan")})

    def test_known_digest(self):
        # sha256 of '{"a":1}', computed with coreutils
        self.assertEqual(
            canonical.sha256_hex(canonical.canonical({"a": 1})),
            "015abd7f5cc57a2dd94b7590f04ad8084273905ee33ec5cebeae62276a97f862",
        )

    def test_chain_depends_on_the_row_before(self):
        row = {"event": "signed"}
        first = canonical.chain_hash("", row)
        self.assertNotEqual(canonical.chain_hash(first, row), first)
        self.assertNotEqual(
            canonical.commitment("00", {"name": "A"}), canonical.commitment("01", {"name": "A"})
        )


@tagged("post_install", "-at_install")
class TestSigner(BaseCase):
    def key(self, *args, **kwargs):
        return signer.signer_key(*args, **kwargs)

    def test_two_people_with_one_mailbox_stay_two(self):
        self.assertNotEqual(
            self.key("Sophie Duval", "contact@duval.example"),
            self.key("Marc Petit", "contact@duval.example"),
        )

    def test_one_person_written_in_several_ways_is_one(self):
        expected = self.key("Sophie Duval", "contact@duval.example")
        for name, email in (
            ("DUVAL Sophie", "Contact@Duval.example "),
            ("sophie  dúval", "contact@duval.example"),
        ):
            self.assertEqual(self.key(name, email), expected)

    def test_phone_stands_in_for_a_missing_address(self):
        expected = self.key("Sophie Duval", None, "06 12 34 56 78")
        self.assertEqual(self.key("Sophie Duval", "", "+33612345678"), expected)
        self.assertEqual(self.key("Sophie Duval", "", "0033 6 12 34 56 78"), expected)
        self.assertNotEqual(self.key("Sophie Duval", "", "06 12 34 56 79"), expected)

    def test_people_without_address_are_not_mixed_up(self):
        self.assertNotEqual(
            self.key("Sophie Duval", fallback="a"), self.key("Sophie Duval", fallback="b")
        )

    def test_masks_keep_little(self):
        self.assertEqual(signer.mask_email("ab@x.fr"), "a…@x….fr")
        self.assertEqual(signer.mask_email("no address"), "")
        self.assertEqual(signer.mask_phone("123"), "")
        self.assertEqual(signer.mask_ip(""), "")


@tagged("post_install", "-at_install")
class TestTurns(BaseCase):
    def test_nobody_waits_for_somebody_who_is_not_before_him(self):
        waiting = [(10, True, "waiting"), (10, True, "waiting"), (90, True, "waiting")]
        self.assertEqual(turns.ready(waiting), [0, 1])
        half = [(10, True, "signed"), (10, True, "to_sign"), (90, True, "waiting")]
        self.assertEqual(turns.ready(half), [])
        done = [(10, True, "signed"), (10, True, "signed"), (90, True, "waiting")]
        self.assertEqual(turns.ready(done), [2])

    def test_one_who_acknowledges_stops_nobody(self):
        minor_first = [(5, False, "to_sign"), (10, True, "waiting")]
        self.assertEqual(turns.ready(minor_first), [1])


@tagged("post_install", "-at_install")
class TestSecret(BaseCase):
    def test_code_is_bound_to_its_link_and_key(self):
        digest = secret.code_digest("key", "link 1", "012345")
        self.assertEqual(secret.code_digest("key", "link 1", " 012-345"), digest)
        self.assertNotEqual(secret.code_digest("key", "link 2", "012345"), digest)
        self.assertNotEqual(secret.code_digest("other", "link 1", "012345"), digest)

    def test_codes_have_six_digits_and_tokens_are_long(self):
        self.assertTrue(all(len(secret.new_code()) == 6 for _i in range(200)))
        tokens = {secret.new_token() for _i in range(50)}
        self.assertEqual(len(tokens), 50)
        self.assertTrue(all(len(token) >= 43 for token in tokens))
        self.assertFalse(secret.same("", ""))


@tagged("post_install", "-at_install")
class TestPdf(BaseCase):
    def test_pdf_a_3a_with_its_files(self):
        shown = render.render(PAGE % "une page")
        whole = render.render(PAGE % "sa preuve", [render.Embedded("shown.pdf", shown)])
        reader = PdfReader(io.BytesIO(whole))
        root = reader.trailer["/Root"]
        self.assertIn("/StructTreeRoot", root)
        self.assertEqual(root["/OutputIntents"][0]["/S"], "/GTS_PDFA1")
        xmp = root["/Metadata"].get_object().get_data()
        self.assertIn(b'pdfaid:part="3"', xmp)
        self.assertIn(b'pdfaid:conformance="A"', xmp)
        embedded = root["/AF"][0].get_object()
        self.assertEqual(embedded["/AFRelationship"], "/Source")
        self.assertEqual(embedded["/EF"]["/F"].get_data(), shown)
        fonts = reader.pages[0]["/Resources"]["/Font"]
        for font in fonts.values():
            descriptor = font.get_object()["/DescendantFonts"][0].get_object()["/FontDescriptor"]
            self.assertTrue({"/FontFile2", "/FontFile3"} & set(descriptor.get_object()))

    def test_a_page_reads_no_file_and_calls_nobody(self):
        for address in (
            "file:///etc/passwd",
            "http://127.0.0.1:9/x.png",
            "https://example.org/x.png",
            "odoo:web/static/../../../etc/passwd",
            "odoo:web/security/ir.model.access.csv",
            "/etc/passwd",
        ):
            with self.assertRaises(render.RenderingError):
                render.render(PAGE % f'<img alt="" src="{address}"/>', find_static=lambda p: p)

    def test_seal_holds_and_breaks(self):
        store = self._store()
        self.assertTrue(store.make_school_key("Lycée Ampère", "0330994B"))
        self.assertFalse(store.make_school_key("Lycée Ampère", "0330994B"), "made twice")
        data, passphrase = store.school_key("0330994B")
        facts = seal.describe(data, passphrase)
        self.assertTrue(facts["self_signed"])
        self.assertIn("Lycée Ampère", facts["subject"])
        pdf = render.render(PAGE % "texte")
        sealed = seal.seal(pdf, seal.load_signer(data, passphrase), "why", "Bordeaux", "Lycée")
        self.assertTrue(sealed.startswith(pdf), "the seal is an increment")
        self.assertTrue(seal.check(sealed)["intact"])
        self.assertFalse(seal.check(pdf)["sealed"])
        broken = bytearray(sealed)
        broken[len(pdf) // 2] ^= 1
        self.assertFalse(seal.check(bytes(broken))["intact"])

    def test_keys_are_private_files_and_their_absence_is_said(self):
        store = self._store()
        store.make_school_key("Lycée", "0330994B")
        for name in ("0330994B.p12", "0330994B.pass"):
            self.assertEqual((store.folder / name).stat().st_mode & 0o777, 0o600)
        with self.assertRaises(KeyUnavailable):
            store.school_key("0330995C")
        with self.assertRaises(KeyUnavailable):
            seal.load_signer(store.school_key("0330994B")[0], b"wrong")
        with self.assertRaises(KeyUnavailable):
            KeyStore(None).school_key("0330994B")
        self.assertFalse(KeyStore(None).has_school_key("0330994B"))

    def test_instance_key_signs_and_is_kept(self):
        store = self._store()
        signature, public_key = store.sign(b"heads")
        self.assertTrue(KeyStore(store.folder).verify(signature, b"heads"))
        self.assertFalse(store.verify(signature, b"other"))
        self.assertFalse(store.verify("zz", b"heads"))
        self.assertEqual(store.sign(b"heads")[1], public_key)

    def _store(self):
        folder = tempfile.mkdtemp()
        self.addCleanup(shutil.rmtree, folder)
        return KeyStore(folder)


@tagged("post_install", "-at_install")
class TestDrawing(BaseCase):
    def url(self, picture, kind="PNG", prefix="data:image/png;base64,"):
        stream = io.BytesIO()
        picture.save(stream, kind)
        return prefix + base64.b64encode(stream.getvalue()).decode()

    def test_ink_is_kept_on_white(self):
        picture = Image.new("RGBA", (300, 100), (0, 0, 0, 0))
        picture.paste((16, 16, 48, 255), (10, 10, 200, 14))
        clean = Image.open(io.BytesIO(clean_drawing(self.url(picture))))
        self.assertEqual((clean.mode, clean.size), ("L", (300, 100)))
        self.assertEqual(clean.getpixel((299, 99)), 255)
        self.assertLess(clean.getpixel((50, 12)), 60)

    def test_nothing_drawn_is_nothing(self):
        self.assertIsNone(clean_drawing(""))
        self.assertIsNone(clean_drawing(self.url(Image.new("RGBA", (300, 100), (0, 0, 0, 0)))))

    def test_anything_else_is_refused(self):
        jpeg = self.url(Image.new("RGB", (10, 10)), "JPEG")
        for value in (
            "javascript:alert(1)",
            "data:image/svg+xml;base64,PHN2Zy8+",
            "data:image/png;base64,AAAA",
            "data:image/png;base64,é",
            jpeg,
            self.url(Image.new("RGB", (3000, 10))),
            "data:image/png;base64," + "A" * 500_000,
        ):
            with self.assertRaises(ValueError):
                clean_drawing(value)


@tagged("post_install", "-at_install")
class TestDoctests(BaseCase):
    """The examples in the pure modules; Odoo's runner knows no ``load_tests``."""

    def test_doctests(self):
        for module in (canonical, changes, secret, signer, turns):
            self.assertEqual(doctest.testmod(module).failed, 0, module.__name__)
