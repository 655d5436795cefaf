from odoo import api, fields, models

from ..rules.solicitation import address_key
from .bde_solicitation import LEVEL_LABELS

# Which contact a letter of each purpose goes to first; then whoever signs, then anybody.
ROLE_OF_PURPOSE = {
    "placements": "bde_hr",
    "apprenticeship": "bde_hr",
    "tax": "bde_tax",
    "alumni": "bde_alumni",
}


class BdeRelation(models.Model):
    """The page of a company shows who approached it and what it said no to."""

    _name = "bde.relation"
    _inherit = ["bde.solicitation.mixin", "bde.relation"]

    approach_ids = fields.One2many(related="partner_id.bde_approach_ids", string="Approaches")
    optout_ids = fields.Many2many(
        "bde.optout",
        string="Said no",
        compute="_compute_optout_ids",
        help="What the company, or a contact of the school there, does not want to be asked.",
    )
    informed_on = fields.Date(
        string="Company informed on",
        readonly=True,
        copy=False,
        help="Day when the notice on personal data went to the address of the company itself.",
    )

    @api.depends("partner_id", "contact_ids.email")
    def _compute_optout_ids(self):
        """Those that the user may see, of all these pages in one query for each school."""
        for company, relations in self.grouped("company_id").items():
            employers = relations.partner_id
            # sudo: what stands above an establishment or a site is shared
            above = employers.sudo().parent_id
            family = (employers.sudo() | above | above.parent_id).with_env(self.env)
            emails = relations.contact_ids.mapped("email")
            lines = self.env["bde.optout"]._standing(company, family, emails)
            lines = lines.with_env(self.env)._filtered_access("read")
            by_company = lines.filtered("partner_id").grouped("partner_id")
            by_person = lines.filtered("email_normalized").grouped("email_normalized")
            for relation in relations:
                found = lines.browse()
                employer = relation.partner_id.sudo()
                for partner in (employer, employer.parent_id, employer.parent_id.parent_id):
                    found |= by_company.get(partner, lines.browse())
                for email in relation.contact_ids.mapped("email"):
                    found |= by_person.get(address_key(email), lines.browse())
                relation.optout_ids = found

    def _letter_contacts(self, purpose=None):
        """The contact with an address to whom a letter goes, company by company.

        :param str purpose: of ``PURPOSES``
        :rtype: dict[bde.relation, res.partner]
        """
        role = ROLE_OF_PURPOSE.get(purpose)
        result = {}
        for relation in self:
            contacts = relation.contact_ids.filtered("email")
            result[relation] = (
                (role and contacts.filtered(role) or contacts.browse())
                or contacts.filtered("bde_signatory")
                or contacts
            )[:1]
        return result

    @api.model
    def mail_allowed_qweb_expressions(self):
        return (
            *super().mail_allowed_qweb_expressions(),
            "object.partner_name",
            "object.partner_city",
            "object.company_id.name",
            "object.company_id.city",
        )

    def action_said_no(self):
        """Opens the small form that notes a no."""
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("They said no"),
            "res_model": "bde.optout.wizard",
            "view_mode": "form",
            "target": "new",
            "context": {
                "default_partner_id": self.partner_id.id,
                "default_company_id": self.company_id.id,
            },
        }


class ResPartner(models.Model):
    _inherit = "res.partner"

    bde_optout_ids = fields.One2many("bde.optout", "partner_id", string="Said no")
    bde_solicitation_level = fields.Selection(
        LEVEL_LABELS, string="May we ask?", compute="_compute_bde_solicitation"
    )
    bde_solicitation_text = fields.Text(
        string="Before you ask", compute="_compute_bde_solicitation"
    )

    @api.depends_context("company", "uid")
    def _compute_bde_solicitation(self):
        """For the user's school; the académie asks nobody for anything."""
        company = self.env.company
        employers = self.filtered("bde_employer") if company.bde_kind == "school" else self.browse()
        verdicts = employers._bde_solicitation(company) if employers else {}
        for partner in self:
            verdict = verdicts.get(partner)
            partner.bde_solicitation_level = verdict.level if verdict else "ok"
            partner.bde_solicitation_text = verdict.text if verdict else ""

    def action_bde_said_no(self):
        """As on the page of the company at the school, from the shared directory."""
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("They said no"),
            "res_model": "bde.optout.wizard",
            "view_mode": "form",
            "target": "new",
            "context": {"default_partner_id": self.id, "default_company_id": self.env.company.id},
        }
