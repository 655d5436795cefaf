import base64

from odoo import models

from ..rules import french
from .bde_document_mixin import postal_lines
from .bde_document_page import stylesheet

STYLE = "bde_partnerships/static/src/css/tax_gift.css"
# Gifts in kind of the solde, as the DSN writes them (help pages of SOLTéA and of Net-entreprises).
DSN_BLOCK = "S21.G00.82.002"
DSN_CODE = "077"
CTP = "996"


class BdeTaxGift(models.Model):
    """The receipt of a gift in kind, French by law, on the letterhead of the school."""

    _inherit = "bde.tax.gift"

    def _receipt_file(self):
        """PDF/A-3a of the receipt as the gift stands, base64."""
        return base64.b64encode(self._receipt_pdf())

    def _receipt_pdf(self):
        """The receipt that was issued; before that, a draft that says so.

        :rtype: bytes
        :raises AccessError: the user does not read this gift
        """
        self.ensure_one()
        self.check_access("read")
        if self.pdf and self.state == "issued":
            return base64.b64decode(self.with_context(bin_size=False).pdf)
        values = self._receipt_values()
        html = self.env["bde.document.mixin"]._render_page(
            "bde_partnerships.tax_gift_receipt", values
        )
        return self.env["bde.document.version"]._render_html(html)

    def _receipt_values(self):
        """What the page is given: texts alone."""
        company = self.company_id
        # sudo: of the company only what the receipt says; the gift was checked
        gift = self.sudo()
        firm = gift.partner_id
        value = gift.book_value and french.euros(gift.book_value)
        # R6241-24: the receipt bears the day of delivery, whenever it is written
        delivered = gift.received_on and french.day(str(gift.received_on))
        return {
            **company._tax_letterhead(),
            "lang": "fr",
            "css": stylesheet(STYLE),
            "number": gift.number,
            "banner": self._receipt_banner(),
            "replaces": gift.replaces_id.number,
            "year": gift.year,
            "giver": {
                "name": firm.name,
                "lines": french.lines(
                    ("SIRET", french.siret(firm.bde_siret)), ("Adresse", postal_lines(firm))
                ),
            },
            "cfa": {
                "name": gift.component_id.name,
                "lines": french.lines(
                    ("UAI", gift.component_id.uai or company.uai),
                    ("SIRET", french.siret(gift.component_id.siret or company.company_registry)),
                    ("Établissement", company.name),
                ),
            },
            "delivered": delivered,
            "what": french.lines(
                ("Désignation", gift.name),
                ("Quantité", str(gift.quantity)),
                ("Formation", gift.course_id.name),
                ("Livré au CFA le", delivered),
            ),
            "interest": gift.interest,
            "value": value,
            "proof": gift.value_proof_name,
            "dsn": french.lines(
                ("DSN", f"avril {gift.year + 1} (exigible le 5 ou le 15 mai {gift.year + 1})"),
                ("Rubrique", f"{DSN_BLOCK} = {DSN_CODE}"),
                ("Code type de personnel (CTP)", CTP),
                ("Montant à déduire", value),
            ),
            "place": company.city,
            "issued": gift.issued_on and french.day(str(gift.issued_on)),
            "head": company.head_id.name,
            "head_function": company.head_id.partner_id.function or "Chef d’établissement",
        }

    def _receipt_banner(self):
        """What a receipt that does not count says across the page."""
        return {
            "draft": "Projet : ce document n’est pas un reçu",
            "cancelled": "Reçu annulé",
        }.get(self.state)


class ResCompany(models.Model):
    _inherit = "res.company"

    def _tax_letterhead(self):
        """Letterhead of the school for a page of the tax: ``school``, ``logo``, ``mark``."""
        self.ensure_one()
        # sudo: nothing is kept of this record, which only knows how schools are written
        record = self.env["bde.partnership"].sudo().new({})
        record.company_id = self.sudo()
        school = record._content_school()
        return {"school": school, **record._page_letterhead({"school": school}, self.sudo())}
