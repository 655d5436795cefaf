import base64
from io import BytesIO

import qrcode

from odoo import api, fields, models


class ResCompany(models.Model):
    """The page where companies propose something to a school, to copy or to print."""

    _inherit = "res.company"

    bde_public_url = fields.Char(
        string="Page for companies",
        compute="_compute_bde_public",
        help="Companies propose placements, a visit or anything else there. No account needed.",
    )
    bde_public_qr = fields.Binary(
        string="Code of the page", compute="_compute_bde_public", attachment=False
    )
    bde_alias_email = fields.Char(
        string="Mail address for requests",
        compute="_compute_bde_alias_email",
        help="What companies write there comes to the requests to sort.",
    )

    @api.depends("uai", "bde_kind")
    def _compute_bde_public(self):
        for company in self:
            if company.bde_kind != "school" or not company.uai:
                company.bde_public_url = company.bde_public_qr = False
                continue
            company.bde_public_url = f"{company.get_base_url()}/bde/c/{company.uai}"
            stream = BytesIO()
            qrcode.make(company.bde_public_url, border=2).save(stream, "PNG")
            company.bde_public_qr = base64.b64encode(stream.getvalue())

    def _bde_offer_page_values(self):
        """Hook: what else the page for companies shows of a school; everybody reads it (in sudo).

        :rtype: dict
        """
        self.ensure_one()
        return {}

    def _compute_bde_alias_email(self):
        teams = self.env["crm.team"]._bde_of_schools(self)
        for company in self:
            team = teams.get(company)
            # sudo: an address that is given to everybody
            company.bde_alias_email = team.sudo().alias_email if team else False
