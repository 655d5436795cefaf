from odoo import api, models
from odoo.exceptions import UserError
from odoo.fields import Domain

from .crm_lead import PENDING


class CrmLead(models.Model):
    """Where core would carry what a lead holds elsewhere: to partners, scores, other schools.

    A school's lead often points to a company shared by all schools; core keeps the address
    of both in line, makes customers out of leads and counts leads of all companies together.
    """

    _inherit = "crm.lead"

    # ------------------------------------------------------------
    # Nothing of a lead is written to a partner
    # ------------------------------------------------------------

    def _inverse_email_from(self):
        return super(CrmLead, self - self._bde_of_schools())._inverse_email_from()

    def _inverse_phone(self):
        return super(CrmLead, self - self._bde_of_schools())._inverse_phone()

    def _handle_partner_assignment(
        self, force_partner_id=False, create_missing=True, with_parent=None
    ):
        ours = self._bde_of_schools()
        super(CrmLead, ours)._handle_partner_assignment(force_partner_id, create_missing=False)
        return super(CrmLead, self - ours)._handle_partner_assignment(
            force_partner_id, create_missing, with_parent
        )

    def _create_customer(self, with_parent=None):
        if self._bde_of_schools():
            raise UserError(
                self.env._("Accept the request first: it says which company it comes from.")
            )
        return super()._create_customer(with_parent)

    def _find_matching_partner(self):
        """The contact of the same address at the lead's own school, never another's."""
        self.ensure_one()
        if not self._bde_of_schools():
            return super()._find_matching_partner()
        if self.partner_id or not self.email_normalized:
            return self.partner_id
        return self.env["res.partner"].search(
            [
                ("company_id", "=", self.company_id.id),
                ("email_normalized", "=", self.email_normalized),
                ("bde_relation_id", "!=", False),
            ],
            limit=1,
        )

    # ------------------------------------------------------------
    # No scoring
    # ------------------------------------------------------------

    def _compute_probabilities(self):
        """Won or open, nothing between: a score of companies is nobody's business."""
        ours = self.filtered("bde_pipeline_id")
        for lead in ours:
            lead.automated_probability = 100 if lead.stage_id.is_won else PENDING
            if lead.active:
                lead.probability = lead.automated_probability
        if self != ours:
            return super(CrmLead, self - ours)._compute_probabilities()

    def _pls_increment_frequencies(self, from_state=None, to_state=None):
        scored = self.filtered(lambda lead: not lead.bde_pipeline_id)
        if scored:
            return super(CrmLead, scored)._pls_increment_frequencies(from_state, to_state)

    def _pls_get_lead_pls_values(self, domain=None):
        if domain:
            domain = list(Domain(domain) & Domain("bde_pipeline_id", "=", False))
        return super()._pls_get_lead_pls_values(domain=domain or [])

    # ------------------------------------------------------------
    # Look-alikes and merge stay in the school
    # ------------------------------------------------------------

    def _get_lead_duplicates(self, partner=None, email=None, include_lost=False):
        companies = self.company_id or self.env.companies
        found = super()._get_lead_duplicates(partner, email, include_lost)
        return found.filtered(lambda lead: lead.company_id in companies)

    @api.depends("bde_relation_id", "company_id")
    def _compute_potential_lead_duplicates(self):
        """Leads of the same school about the same company, or of the same sender.

        Core looks over all companies in sudo, and would tell how many there are elsewhere.
        """
        ours = self._bde_of_schools()
        Lead = self.with_context(active_test=False)
        for lead in ours:
            same = Domain.FALSE
            for name in ("bde_relation_id", "email_normalized", "phone_sanitized"):
                value = lead[name].id if name == "bde_relation_id" else lead[name]
                if value:
                    same |= Domain(name, "=", value)
            own = Domain("company_id", "=", lead.company_id.id)
            others = own & same & Domain("id", "!=", lead._origin.id)
            found = Lead.search(others, limit=80) if not same.is_false() else Lead.browse()
            lead.duplicate_lead_ids = found | lead
            lead.duplicate_lead_count = len(found)
        return super(CrmLead, self - ours)._compute_potential_lead_duplicates()

    def _merge_get_fields(self):
        names = [*super()._merge_get_fields(), "bde_pipeline_id", "bde_relation_id", "bde_source"]
        # tags are shared by all schools: no role reads them
        return [name for name in names if name != "tag_ids" or not self._bde_of_schools()]

    def _merge_opportunity(self, user_id=False, team_id=False, auto_unlink=True, max_length=5):
        """As core, for leads of one school about one company in one pipeline."""
        ours = self._bde_of_schools()
        if ours:
            ours._bde_check_mergeable(self)
            team_id = ours.team_id.id
        return super()._merge_opportunity(user_id, team_id, auto_unlink, max_length)

    def _merge_dependences(self, opportunities):
        """Talks and the place in a campaign go to the lead that stays."""
        result = super()._merge_dependences(opportunities)
        # sudo: of the same school, which was checked; talks are written by nobody
        for model in ("bde.talk", "bde.campaign.target"):
            moved = self.env[model].sudo().search([("lead_id", "in", opportunities.ids)])
            moved.lead_id = self
        return result

    def _bde_check_mergeable(self, leads):
        """Stops the merge of what does not belong together; core writes in sudo further on."""
        leads.check_access("write")
        if len(leads.company_id) > 1:
            raise UserError(self.env._("These leads are not of the same school."))
        if len(leads.bde_relation_id) > 1:
            raise UserError(self.env._("These leads are about different companies."))
        if len(leads.bde_pipeline_id) > 1:
            raise UserError(self.env._("These leads are not in the same pipeline."))
