import base64
import csv
import io

import openpyxl

from .common import SIRET_HOST, UAI_A
from .tax_common import TaxCase

TITLES = ("SIRET employeur", "Raison sociale", "Montant versé", "Date de virement",
          "UAI composante", "Formation", "Campagne")  # fmt: skip
# invented, both keys right; the two of Duval are one company
SIRET_DUVAL, SIRET_DUVAL_HEAD = "44306184100047", "44306184100013"
SIRET_UNKNOWN = "55210055400013"
FIRST, SECOND = "2025-07-11", "2025-11-07"


def row(siret="", name="", amount="", day=FIRST, uai=UAI_A, course="", year="2025"):
    return [siret, name, amount, day, uai, course, year]


class TaxMoneyCase(TaxCase):
    """A campaign whose money comes by exports, made here as files."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.relation = cls.env["bde.relation"].search(
            [("company_id", "=", cls.school_a.id), ("partner_id.company_registry", "=", SIRET_HOST)]
        ) or cls.follow(cls.employer)
        cls.host = cls.relation.partner_id
        cls.duval = cls.company("Serrurerie Morin", SIRET_DUVAL)

    @classmethod
    def company(cls, name, siret=False, school=None, **vals):
        """A company of the directory that the school follows."""
        env = cls.as_user(cls.secretary_a if not school else cls.manager_b)
        return env["res.partner"]._bde_register_employer(
            {"name": name, "company_registry": siret, **vals}, school or cls.school_a
        )

    @classmethod
    def follow(cls, partner):
        return cls.env["bde.relation"]._bde_ensure(partner, cls.school_a)

    def relation_of(self, partner):
        return self.env["bde.relation"].search(
            [("company_id", "=", self.school_a.id), ("partner_id", "=", partner.id)]
        )

    def pledge(self, relation, amount=0, user=None, **vals):
        env = self.as_user(user or self.secretary_a)
        campaign = self.campaign.with_env(env)
        in_addition = vals.pop("in_addition", False)
        return campaign._pledge(relation.with_env(env), {"amount": amount, **vals}, in_addition)

    # ------------------------------------------------------------
    # Files
    # ------------------------------------------------------------

    def text(self, rows, titles=TITLES, encoding="utf-8-sig"):
        stream = io.StringIO()
        csv.writer(stream, delimiter=";").writerows([titles, *rows])
        return stream.getvalue().encode(encoding)

    def workbook(self, rows, titles=TITLES):
        book = openpyxl.Workbook()
        for cells in [list(titles), *rows]:
            book.active.append(cells)
        stream = io.BytesIO()
        book.save(stream)
        return stream.getvalue()

    def load(self, content, user=None, name="export.csv", **vals):
        env = self.as_user(user or self.secretary_a)
        return env["bde.tax.import"].create({
            "file": base64.b64encode(content), "filename": name,
            "company_id": self.school_a.id, "campaign_id": self.campaign.id, **vals,
        })  # fmt: skip

    def preview(self, rows, titles=TITLES, **vals):
        record = self.load(self.text(rows, titles), **vals)
        record.action_preview()
        return record

    def count(self, rows, titles=TITLES, **vals):
        record = self.preview(rows, titles, **vals)
        if record.todo_count:
            record.action_apply()
        return record

    def statuses(self, record):
        lines = record.line_ids.filtered(lambda line: line.status != "gone")
        return [line.status for line in lines.sorted("line")]

    def line(self, record, number):
        return record.line_ids.filtered(lambda line: line.line == number)

    def totals(self, record):
        """(file, counted, to count, to resolve, refused, not ours, aside) in euros."""
        names = ("file", "received", "ready", "open", "refused", "not_ours", "aside")
        self.assertEqual(record.total_gap, 0)
        return tuple(record[f"total_{name}"] for name in names)

    def received(self, *partners):
        """What the receipts of the campaign sum up to, of these companies or of all."""
        receipts = self.env["bde.tax.receipt"].search([("campaign_id", "=", self.campaign.id)])
        if partners:
            receipts = receipts.filtered(lambda one: one.partner_id in partners)
        return round(sum(receipts.mapped("amount")), 2)
