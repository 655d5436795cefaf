from odoo import fields, models

from ..rules.texts import text_lines

LETTERHEAD = frozenset(("bde_letter_mark", "bde_letter_header", "bde_letter_footer"))


class ResCompany(models.Model):
    """Letterhead of the documents of a school: its logo, a second one, a header, a footer.

    All of it goes into the content of each version, words by value and pictures by digest:
    what was signed keeps the letterhead of its day.
    """

    _inherit = "res.company"

    bde_letter_mark = fields.Image(
        string="Second logo",
        max_width=512,
        max_height=512,
        help="Of the région, the campus or the label, printed beside the logo of the school.",
    )
    bde_letter_header = fields.Text(
        string="Under the address",
        help="Lines printed under the address of the school, e.g. the bureau and its hours.",
    )
    bde_letter_footer = fields.Text(
        string="Foot of the page", help="Printed small at the foot of each page. Two lines at most."
    )

    def _bde_check_fields(self, vals):
        """The letterhead is the manager's, as the logo is."""
        logo = {"logo": None} if LETTERHEAD & vals.keys() else {}
        return super()._bde_check_fields(
            {name: value for name, value in vals.items() if name not in LETTERHEAD} | logo
        )

    def _bde_mark_digest(self):
        """SHA-256 of the second logo, kept as an asset; None without one."""
        self.ensure_one()
        # sudo: pictures of documents are the engine's; forms ask for sizes, not bytes
        company = self.sudo().with_context(bin_size=False)
        return company._bde_keep_asset(company.bde_letter_mark) if company.bde_letter_mark else None


class BdeDocumentMixin(models.AbstractModel):
    _inherit = "bde.document.mixin"

    def _content_school(self):
        """With the letterhead; keys exist only where a school has something to say."""
        school = self.company_id
        more = {
            "header": text_lines(school.bde_letter_header),
            "footer": text_lines(school.bde_letter_footer),
            "mark": school._bde_mark_digest(),
        }
        return super()._content_school() | {key: value for key, value in more.items() if value}

    def _page_letterhead(self, content, company):
        """Pictures of the letterhead, for the page: ``logo`` and ``mark``.

        :param company: the school that keeps them, or None
        """
        mark = content["school"].get("mark")
        return {
            "logo": self._page_logo(content, company),
            "mark": self.env["bde.document.asset"]._data_uri(company, mark) if company else None,
        }
