"""The PDF of conventions: what the law wants in it, nothing of another pupil, PDF/A-3a."""

import re
from io import BytesIO

from pypdf import PdfReader

from odoo.tests import tagged

from .convention_common import ConventionCase, png

# A label at the end of a line, or before another label, says nothing
EMPTY_LABEL = re.compile(r"^.*[\w’)] ?:\s*$", re.MULTILINE)


def read(pdf):
    """Reader of a PDF."""
    return PdfReader(BytesIO(pdf))


def text_of(pdf):
    """Text of a PDF with plain spaces and apostrophes."""
    text = "\n".join(page.extract_text() for page in read(pdf).pages)
    return text.replace("\u00a0", " ").replace("’", "'")


def flat(text):
    return " ".join(text.split())


def fonts_of(reader):
    """Every font dictionary of the pages."""
    for page in reader.pages:
        yield from (font.get_object() for font in page["/Resources"]["/Font"].values())


@tagged("post_install", "-at_install")
class TestConventionPdf(ConventionCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.school_a.write(
            {
                "street": "12 avenue des Métiers", "zip": "33000", "city": "Bordeaux",
                "phone": "05 56 00 12 34", "logo": cls.logo((200, 30, 30)),
            }
        )  # fmt: skip
        template = cls.env["bde.document.template"]._template_for(
            cls.school_a, "pfmp", "fr_FR", cls.school_a._bde_today()
        )
        own = template._next_version(cls.school_a, deliberation_date="2026-10-01")
        cls.assertTrue(cls(), own.is_ready)
        cls.placement_adult.write(
            {
                "tasks": "Poser des volets roulants",
                "meals": "Titres-restaurant à 9 €",
                "transport": "Carte de bus remboursée à moitié",
                "lodging": "Chambre au-dessus de l'atelier",
                "remarks": "Prévoir des gants",
                "insurance_company": "Maaf", "insurance_policy": "PRO-998877",
                "site_address": "Chantier du port\n33300 Bordeaux",
            }
        )  # fmt: skip
        conventions = cls.make()
        conventions.sudo().version_id._ensure_pdf()
        cls.convention, cls.convention_adult, cls.convention_ase = conventions
        cls.pdfs = [c.sudo().version_id.pdf_attachment_id.raw for c in conventions]
        cls.pdf = cls.pdfs[0]
        cls.text = text_of(cls.pdf)

    def test_fifteen_mentions(self):
        text = flat(self.text)
        mentions = {
            1: ("Métiers de l'électricité et de ses environnements connectés", "840 heures"),
            2: ("AMPOULE Paul", "Yves Rabot"),
            3: ("Compétences à acquérir ou à développer", "C1 Analyser"),
            4: ("Activités confiées", "Poser une goulotte", "Câbler un tableau"),
            5: ("Début : lundi", "Fin : vendredi", "Durée totale :", "sens de l'article D. 124-6"),
            6: ("Durée hebdomadaire de présence : 35 heures", "La nuit : aucune présence",
                "Le dimanche : aucune présence", "Les jours fériés : aucune présence"),
            7: ("Article 18 – Encadrement et suivi", "Au moins une rencontre réunit"),
            8: ("Article 7 – Gratification", "309e heure", "Gratification Aucune :"),
            9: ("Article 15 – Protection sociale et accident", "L. 412-8",
                "responsabilité civile de l'élève"),
            10: ("Article 16 – Autorisations d'absence et congés", "L. 124-13"),
            11: ("Article 19 – Suspension et résiliation",),
            12: ("Article 20 – Validation en cas d'interruption", "L. 124-15"),
            13: ("Restauration : Panier repas fourni", "activités sociales et culturelles"),
            14: ("Les clauses du règlement intérieur qui lui sont applicables",),
            15: ("Article 21 – Attestation", "D. 124-9"),
        }  # fmt: skip
        for number, phrases in mentions.items():
            for phrase in phrases:
                with self.subTest(mention=number, phrase=phrase):
                    self.assertIn(phrase, text)
        self.assertFalse(self.convention._missing_mentions())

    def test_articles_and_annexes(self):
        text = flat(self.text)
        for number in range(1, 22):
            self.assertIn(f"Article {number} –", text)
        for heading in ("pédagogique", "financière", "relative à la sécurité"):
            self.assertIn(f"Annexe {heading}", text)
        self.assertIn("Scie à format (D. 4153-28)", text)
        self.assertIn("Groupama", text)
        self.assertIn("MAIF", text)
        self.assertIn("délibération du conseil d'administration en date du 1er octobre 2026", text)

    def test_five_boxes_and_the_pupil(self):
        signatures = flat(self.text).rpartition("Signatures")[2].upper()
        for role in (
            "POUR L'ORGANISME D'ACCUEIL", "LE TUTEUR", "L'ÉLÈVE", "LE REPRÉSENTANT LÉGAL",
            "L'ENSEIGNANT RÉFÉRENT", "POUR L'ÉTABLISSEMENT D'ENSEIGNEMENT",
        ):  # fmt: skip
            self.assertIn(role, signatures)

    def test_nothing_of_another_pupil(self):
        """A form that is merged from a list kept the fields of the pupil before."""
        adult, ase = text_of(self.pdfs[1]), text_of(self.pdfs[2])
        own = {
            "minor": ("Aline", "DUPONT Sophie", "DUPONT Karim"),
            "adult": (
                "Boris", "Poser des volets roulants", "Titres-restaurant à 9 €", "Carte de bus",
                "au-dessus de l'atelier", "Prévoir des gants", "Maaf", "PRO-998877",
                "Chantier du port",
            ),
            "ase": ("Chloé", "enfance".upper()),
        }  # fmt: skip
        texts = {"minor": self.text, "adult": adult, "ase": ase}
        for name, words in own.items():
            for word in words:
                for other, text in texts.items():
                    with self.subTest(word=word, document=other):
                        found = word in flat(text) or word.upper() in flat(text)
                        self.assertEqual(found, other == name)
        numbers = [c.number for c in (self.convention, self.convention_adult, self.convention_ase)]
        for number, text in zip(numbers, texts.values(), strict=True):
            self.assertEqual([n for n in numbers if n in text], [number])

    def test_no_address_of_family_nor_pupil(self):
        self.aline.write({"street": "7 impasse Secrète", "phone": "06 99 88 77 66"})
        self.make(self.placement)
        content = self.convention.sudo().version_id.content
        for word in ("impasse Secrète", "06 99 88 77 66", "sophie@family", "06 11 22 33 44"):
            self.assertNotIn(word, content)
        self.assertNotIn("Jeanne", content, "a simple contact is named nowhere")

    def test_no_empty_label(self):
        # the barest placement that may have a convention, at a company without address
        bare = self.env["res.partner"].create(
            {"name": "Bateau Ivre", "is_company": True, "bde_employer": True}
        )
        contact = bare._bde_add_contact(self.school_a, {"name": "Max Ivre", "phone": "0600000000"})
        self.school_a.write({"street": False, "zip": False, "city": False, "phone": False})
        self.training_a.write({"hours": 0})
        self.placement_ase.write(
            {
                "host_id": bare.id, "signatory_id": contact.id, "tutor_id": contact.id,
                "insurance_company": "Macif", "insurance_policy": False, "meals": False,
                "safety_works": False, "activity_ids": [(5, 0, 0)], "tasks": "Observer",
            }
        )  # fmt: skip
        convention = self.make(self.placement_ase)
        convention.sudo().version_id._ensure_pdf()
        text = text_of(convention.sudo().version_id.pdf_attachment_id.raw)
        self.assertIn("Bateau Ivre", text)
        left = [
            match.group() for match in EMPTY_LABEL.finditer(text)
            if match.group().strip() != "L'organisme d'accueil :"  # the list of article 4
        ]  # fmt: skip
        self.assertFalse(left)
        for word in ("None", "False", "SIRET", "Code APE", "Volume horaire", "Contrat :\n"):
            self.assertNotIn(word, text)

    def test_page_numbers_and_running_number(self):
        reader = read(self.pdf)
        total = len(reader.pages)
        self.assertTrue(5 <= total <= 8, total)
        for index, page in enumerate(reader.pages, start=1):
            text = page.extract_text().replace("\u00a0", " ")
            self.assertIn(f"page {index}/{total}", text)
            self.assertIn(f"Convention n° {self.convention.number}", text)

    def test_pdf_a_3a(self):
        reader = read(self.pdf)
        root = reader.trailer["/Root"]
        self.assertEqual(root["/Lang"], "fr")
        self.assertTrue(root["/MarkInfo"]["/Marked"])
        [intent] = [item.get_object() for item in root["/OutputIntents"]]
        self.assertEqual(intent["/S"], "/GTS_PDFA1")
        metadata = root["/Metadata"].get_object().get_data().decode()
        self.assertRegex(metadata, r"pdfaid:part[^0-9]+3")
        self.assertRegex(metadata, r"pdfaid:conformance[^A-Z]+A")
        title = "Convention relative à la formation en milieu professionnel"
        self.assertEqual(reader.metadata.title, f"{title} {self.convention.number}")

    def test_structure_tree(self):
        root = read(self.pdf).trailer["/Root"]["/StructTreeRoot"]
        kinds, figures = set(), []

        def walk(node):
            node = node.get_object()
            if not isinstance(node, dict):
                return
            kinds.add(node.get("/S"))
            if node.get("/S") == "/Figure":
                figures.append(node.get("/Alt"))
            children = node.get("/K", [])
            for child in children if isinstance(children, list) else [children]:
                walk(child)

        walk(root)
        self.assertTrue({"/Document", "/H1", "/H2", "/H3", "/P", "/L", "/Table", "/TH"} <= kinds)
        self.assertEqual(len(figures), 2, "logo and QR code")
        self.assertTrue(all(figures))

    def test_fonts_are_embedded(self):
        found = set()
        for font in fonts_of(read(self.pdf)):
            descendants = font.get("/DescendantFonts")
            descriptor = (descendants[0].get_object() if descendants else font)["/FontDescriptor"]
            self.assertTrue({"/FontFile", "/FontFile2", "/FontFile3"} & descriptor.keys())
            found.add(str(font["/BaseFont"]))
        # the fonts of the page, not whatever the machine has
        self.assertTrue(all("+Document" in name for name in found), found)
        self.assertEqual(len(found), 2, "regular and bold")

    def test_logo_stays_the_one_that_was_signed(self):
        version = self.convention.sudo().version_id
        before = self.convention.sudo()._document_html(version._content())
        self.school_a.logo = self.logo((0, 200, 0))
        after = self.convention.sudo()._document_html(version._content())
        self.assertEqual(before, after)
        self.make(self.placement)
        newer = self.convention.sudo().version_id._content()
        self.assertNotEqual(newer["school"]["logo"], version._content()["school"]["logo"])

    def test_default_logo_is_not_printed(self):
        self.assertTrue(self.school_b.uses_default_logo)
        self.assertIsNone(self.school_b._bde_logo_digest())

    def test_page_reads_no_record(self):
        content = self.convention.sudo().version_id._content()
        before = self.convention.sudo()._document_html(content)
        self.employer.name = "Autre raison sociale"
        self.aline.lastname = "Durand"
        self.placement.meals = "Autre chose"
        self.assertEqual(self.convention.sudo()._document_html(content), before)

    def test_typed_text_is_escaped(self):
        self.placement.remarks = "<img src=x onerror=alert(1)> & co"
        self.make(self.placement)
        content = self.convention.sudo().version_id._content()
        html = self.convention.sudo()._document_html(content)
        self.assertIn("&lt;img src=x", html)
        self.assertNotIn("<img src=x", html)

    def test_signed_page(self):
        self.convention.action_send()
        document = self.convention.sudo().document_id
        while waiting := document.signature_ids.filtered(lambda s: s.state == "to_sign"):
            waiting._sign("drawn", "Signé", png())
        html = self.convention.sudo()._document_html(
            document.version_id._content(), proof=document._proof()
        )
        # one drawing in each of the seven boxes, one more on the proof page
        self.assertEqual(html.count("data:image/png;base64,"), 2 + 2 * 7, "logo and QR code")
        pdf = self.env["bde.document.version"]._render_html(html)
        self.assertEqual(len(read(pdf).pages), len(read(self.pdf).pages) + 1)


@tagged("post_install", "-at_install")
class TestOtherKinds(ConventionCase):
    def test_each_kind_has_its_own_wording(self):
        expected = {
            "observation": ("séquence d'observation", "L'élève observe"),
            "seconde_gt": ("seconde générale et technologique", "circulaire du 28 mars 2024"),
            "bts": ("brevet de technicien supérieur", "L'étudiant justifie d'une assurance"),
        }
        for kind, phrases in expected.items():
            with self.subTest(kind=kind):
                self.period_a.kind = kind
                convention = self.make(self.placement_adult)
                self.assertEqual(convention.template_id.kind, kind)
                self.assertEqual(convention.version_id._content()["stay"], kind)
                html = convention.sudo()._document_html(convention.sudo().version_id._content())
                text = flat(re.sub(r"<[^>]+>", " ", html)).replace("’", "'").replace("&nbsp;", " ")
                for phrase in phrases:
                    self.assertIn(phrase, text)
                self.assertEqual("Annexe relative à la sécurité" in text, kind == "bts")
