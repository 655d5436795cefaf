from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Domain

from odoo.addons.bde_partnerships.models.bde_document import EDITABLE

from .bde_document_template import CONVENTION_KINDS


class BdeDocumentTemplate(models.Model):
    """Conventions that are not out yet and were made with another wording than the one in force."""

    _inherit = "bde.document.template"

    old_draft_count = fields.Integer(
        string="Drafts with an older wording", compute="_compute_old_draft_count"
    )

    @api.depends_context("allowed_company_ids")
    @api.depends("status")
    def _compute_old_draft_count(self):
        may_read = self.env["bde.convention"].has_access("read")
        for template in self:
            template.old_draft_count = (
                self.env["bde.convention"].search_count(template._old_draft_domain())
                if may_read and template.status == "in_force"
                else 0
            )

    def _old_draft_domain(self):
        """Conventions of this kind, in the active schools, to be made again with this wording."""
        self.ensure_one()
        outdated = self.env["bde.convention"]._old_wording_domain(self.env.companies)
        return outdated & Domain("placement_id.period_id.kind", "=", self.kind)

    def action_see_old_drafts(self):
        """The list of these conventions."""
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id("bde_pfmp.action_convention")
        return action | {
            "name": self.env._("Made with an older wording"),
            "domain": list(self._old_draft_domain()),
            "context": {},
        }

    def action_remake_drafts(self):
        """Makes them again with the wording in force, and tells line by line what could not."""
        self.ensure_one()
        conventions = self.env["bde.convention"].search(self._old_draft_domain())
        if not conventions:
            raise UserError(
                self.env._("Every convention that is not out has this wording already.")
            )
        return conventions.action_make_again()


class BdeConvention(models.Model):
    _inherit = "bde.convention"

    has_old_wording = fields.Boolean(
        compute="_compute_has_old_wording",
        help="It is not out yet, and another wording is in force now.",
    )

    def _compute_has_old_wording(self):
        drafts = self.filtered(lambda c: c.state in EDITABLE)
        old = (
            drafts.filtered_domain(self._old_wording_domain(drafts.company_id))
            if drafts
            else drafts
        )
        for convention in self:
            convention.has_old_wording = convention in old

    @api.model
    def _old_wording_domain(self, companies):
        """Drafts whose wording is not one of those in force at their school; one query.

        :rtype: Domain
        """
        domain = Domain.FALSE
        for company in companies:
            found = self.env["bde.document.template"]._templates_for(
                company, set(CONVENTION_KINDS), "fr_FR", company._bde_today()
            )
            in_force = [template.id for template in found.values() if template]
            domain |= Domain("company_id", "=", company.id) & Domain(
                "template_id", "not in", in_force
            )
        return domain & Domain("state", "in", EDITABLE)


class BdeHome(models.AbstractModel):
    _inherit = "bde.home"

    @api.model
    def _home_cards(self):
        cards = super()._home_cards()
        if company_ids := self._home_companies("secretary"):
            Convention = self.env["bde.convention"]
            domain = Convention._old_wording_domain(self.env["res.company"].browse(company_ids))
            label = self.env._("Conventions with an older wording")
            cards.append(
                {
                    "section": "next",
                    "sequence": 37,
                    "label": label,
                    "count": Convention.search_count(domain),
                    "help": self.env._(
                        "They are not out yet: choose them in the list and make them again."
                    ),
                    "action": {
                        "xmlid": "bde_pfmp.action_convention",
                        "domain": list(domain),
                        "name": label,
                    },
                    "tone": "warning",
                }
            )
        return cards
