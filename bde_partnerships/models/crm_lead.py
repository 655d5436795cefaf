from odoo import api, fields, models
from odoo.exceptions import ValidationError
from odoo.fields import Domain

# Neither won nor lost: no lead of a school is scored, and core takes 0 for lost.
PENDING = 50
SOURCES = [
    ("hand", "Typed by the school"),
    ("campaign", "Campaign"),
    ("form", "Page of the bureau"),
    ("mail", "E-mail to the bureau"),
]


class CrmLead(models.Model):
    """What a school asks of a company, or a company offers it: a card of one pipeline.

    A lead of a school belongs to it for good, and says which company it is about by the
    relation of the school (``bde_relation_id``). One without relation is a request to sort
    (``type = "lead"``), see ``bde.lead.accept``. What a lead holds stays in it: partners
    are never written from here, see ``crm_lead_guard.py``.
    """

    _name = "crm.lead"
    _inherit = ["bde.solicitation.mixin", "crm.lead", "bde.owned"]

    # not computed any more: the school of a lead never depends on who works on it
    company_id = fields.Many2one(compute=None, string="School")
    user_id = fields.Many2one(string="Followed by")
    stage_id = fields.Many2one(
        domain="[('bde_pipeline_id', '=', bde_pipeline_id),"
        " '|', ('team_ids', '=', False), ('team_ids', 'in', team_id)]"
    )
    bde_pipeline_id = fields.Many2one(
        "bde.pipeline",
        string="Pipeline",
        index=True,
        tracking=True,
        ondelete="restrict",
    )
    bde_purpose = fields.Selection(
        string="Purpose",
        related="bde_pipeline_id.purpose",
        store=True,
        precompute=True,
        export_string_translation=False,
    )
    bde_relation_id = fields.Many2one(
        "bde.relation",
        string="Company",
        index="btree_not_null",
        check_company=True,
        ondelete="restrict",
        tracking=True,
        help="The company as the school knows it. Without it, the request waits to be sorted.",
    )
    # stored, as is the purpose: the board judges its companies without reading their pages
    bde_employer_id = fields.Many2one(
        related="bde_relation_id.partner_id",
        string="Employer",
        store=True,
        precompute=True,
        index="btree_not_null",
    )
    bde_follower = fields.Char(
        string="Who follows",
        related="user_id.name",
        store=True,
        help="Name of whoever follows the lead, kept for the board.",
    )
    bde_source = fields.Selection(SOURCES, string="Came by", default="hand", readonly=True)

    bde_campaign_id = fields.Many2one(
        "bde.campaign",
        string="Campaign of prospecting",
        index="btree_not_null",
        check_company=True,
        ondelete="set null",
    )

    bde_call_on = fields.Date(
        string="First call planned on", readonly=True, copy=False, help="By the campaign."
    )

    _bde_board_idx = models.Index(
        "(company_id, bde_pipeline_id, stage_id)"
        " WHERE active IS TRUE AND bde_pipeline_id IS NOT NULL"
    )
    _bde_to_sort_idx = models.Index(
        "(company_id, create_date) WHERE active IS TRUE AND type = 'lead'"
    )

    # ------------------------------------------------------------
    # Whose and where
    # ------------------------------------------------------------

    @api.constrains("bde_pipeline_id", "stage_id", "team_id", "company_id")
    def _check_bde_pipeline(self):
        for lead in self:
            # sudo: the kind of the company, that nobody may hide from this check
            is_school = lead.company_id.sudo().bde_kind == "school"
            if is_school and not lead.bde_pipeline_id:
                raise ValidationError(
                    self.env._("%(lead)s: choose its pipeline.", lead=lead.name or "")
                )
            if lead.bde_pipeline_id and lead.stage_id.bde_pipeline_id != lead.bde_pipeline_id:
                raise ValidationError(
                    self.env._(
                        "%(lead)s: the stage “%(stage)s” is not one of its pipeline.",
                        lead=lead.name or "",
                        stage=lead.stage_id.name or "",
                    )
                )

    def _bde_of_schools(self):
        """Those of these leads that are a school's; others are left to core."""
        return self.filtered(lambda lead: lead.company_id.sudo().bde_kind == "school")

    @api.model_create_multi
    def create(self, vals_list):
        return super().create(self._bde_prepare_leads(vals_list))

    @api.model
    def _bde_prepare_leads(self, vals_list):
        """Values with school, team, pipeline, stage and company; constant queries."""
        defaults = self.default_get(["team_id", "bde_pipeline_id", "bde_relation_id"])
        vals_list = [defaults | vals for vals in vals_list]
        relation_ids = {
            vals["bde_relation_id"] for vals in vals_list if vals.get("bde_relation_id")
        }
        # sudo: only what the lead points to, which check_company compares with its school
        nothing = self.env["bde.relation"].sudo()
        relations = {relation.id: relation for relation in nothing.browse(relation_ids)}
        for vals in vals_list:
            relation = relations.get(vals.get("bde_relation_id"), nothing)
            vals["company_id"] = self._bde_company_of(vals, relation)
        companies = self.env["res.company"].browse({vals["company_id"] for vals in vals_list})
        # sudo: the kind of the companies
        schools = companies.filtered(lambda company: company.sudo().bde_kind == "school")
        teams = self.env["crm.team"]._bde_of_schools(schools) if schools else {}
        default = self.env["bde.pipeline"]._default_pipeline() if schools else None
        for vals in vals_list:
            school = companies.browse(vals["company_id"])
            if school in schools:
                vals["team_id"] = (teams.get(school) or school._bde_ensure_teams()[school]).id
                vals["bde_pipeline_id"] = vals.get("bde_pipeline_id") or default.id
                self._bde_complete(vals, relations.get(vals.get("bde_relation_id"), nothing))
        return vals_list

    @api.model
    def _bde_company_of(self, vals, relation):
        """Id of the company of a new lead: said, that of its relation, of its team, the current."""
        # sudo: the school of the team, see above
        team = self.env["crm.team"].sudo().browse(vals.get("team_id"))
        company = relation.company_id if relation else team.company_id
        said = vals.get("company_id") or self.env.context.get("default_company_id")
        return said or company.id or self.env.company.id

    def _bde_complete(self, vals, relation):
        """Fills in what the pipeline and the relation of a new lead say."""
        pipeline = self.env["bde.pipeline"].browse(vals["bde_pipeline_id"])
        vals["stage_id"] = vals.get("stage_id") or pipeline._first_stage().id
        if relation:
            vals["partner_id"] = vals.get("partner_id") or relation.partner_id.id
            vals["name"] = vals.get("name") or relation.partner_name
        known = vals.get("name") or vals.get("partner_name") or vals.get("contact_name")
        vals["name"] = known or self.env._("Request without a name")

    @api.depends("company_id")
    def _compute_team_id(self):
        """The team of a school's lead is the school's, whoever follows the lead."""
        ours = self._bde_of_schools()
        wrong = ours.filtered(lambda lead: not lead.team_id.sudo().bde_school_team)
        if wrong:
            teams = self.env["crm.team"]._bde_of_schools(wrong.company_id)
            for lead in wrong:
                lead.team_id = teams.get(lead.company_id)
        return super(CrmLead, self - ours)._compute_team_id()

    @api.depends("bde_relation_id")
    def _compute_name(self):
        ours = self._bde_of_schools()
        for lead in ours.filtered(lambda lead: not lead.name):
            lead.name = lead.bde_relation_id.partner_name or lead.partner_name or lead.contact_name
        return super(CrmLead, self - ours)._compute_name()

    @api.onchange("bde_relation_id")
    def _onchange_bde_relation_id(self):
        """Another company: its name and its address, unless the contact is one of it."""
        employer = self.bde_relation_id.partner_id
        if employer and self.partner_id not in employer | self.bde_relation_id.contact_ids:
            self.partner_id = employer
            self.name = self.bde_relation_id.partner_name

    # ------------------------------------------------------------
    # Stages
    # ------------------------------------------------------------

    @api.depends("bde_pipeline_id")
    def _compute_stage_id(self):
        """The first of the pipeline, unless the lead stands in one of it already."""
        ours = self.filtered("bde_pipeline_id")
        for pipeline, leads in ours.grouped("bde_pipeline_id").items():
            stages = pipeline.stage_ids
            strangers = leads.filtered(lambda lead, own=stages: lead.stage_id not in own)
            strangers.stage_id = pipeline._first_stage()
        return super(CrmLead, self - ours)._compute_stage_id()

    def _stage_find(self, team_id=False, domain=None, order="sequence, id", limit=1):
        """Stages of the pipeline of these leads; of no pipeline for leads of nobody's."""
        own = Domain("bde_pipeline_id", "in", self.bde_pipeline_id.ids or [False])
        return super()._stage_find(team_id, list(own & Domain(domain or [])), order, limit)

    @api.model
    def _read_group_stage_ids(self, stages, domain):
        """Columns of the board: the stages of the pipeline of the action, or of the filter."""
        pipeline_ids = self._bde_pipelines_of(domain)
        if not pipeline_ids:
            if self.env.company.bde_kind == "school":
                # several pipelines at once: only the stages in use, their names repeat
                return stages.search([("id", "in", stages.ids)])
            found = super()._read_group_stage_ids(stages, domain)
            return found.filtered(lambda one: one in stages or not one.bde_pipeline_id)
        return stages.search(
            ["|", ("id", "in", stages.ids), ("bde_pipeline_id", "in", pipeline_ids)]
        )

    @api.model
    def _bde_pipelines_of(self, domain):
        """Ids of the pipelines that a domain asks for, else those of the context."""
        for condition in Domain(domain).iter_conditions():
            if condition.field_expr == "bde_pipeline_id" and condition.operator in ("=", "in"):
                value = condition.value
                ids = [value] if isinstance(value, int) else list(value or ())
                if found := [one for one in ids if isinstance(one, int) and one]:
                    return found
        default_id = self.env.context.get("default_bde_pipeline_id")
        return [default_id] if isinstance(default_id, int) and default_id else []

    # ------------------------------------------------------------
    # Respect for companies
    # ------------------------------------------------------------

    # what it reads, so that a board fetches it with the cards
    @api.depends("company_id", "bde_employer_id", "bde_purpose")
    def _compute_solicitation(self):
        return super()._compute_solicitation()

    def _solicitation_verdicts(self):
        """The school's own last call is no warning on its own lead, whose talks tell it."""
        return {
            lead: verdict._replace(level="ok", messages=())
            if verdict.level == "warn" and not verdict.needs_reason
            else verdict
            for lead, verdict in super()._solicitation_verdicts().items()
        }

    def _solicitation_purpose(self):
        """What is asked for is what its pipeline is for."""
        return self[:1].bde_purpose or super()._solicitation_purpose()

    def _solicitation_employer(self):
        self.ensure_one()
        return self.bde_employer_id

    # ------------------------------------------------------------
    # Set-up
    # ------------------------------------------------------------

    @api.model
    def _bde_adopt(self, teams):
        """Leads that a company had before it was a school get its team and a pipeline.

        :param dict teams: {school: its team}
        """
        # sudo: called when the school is made, by whoever may make one
        Lead = self.sudo().with_context(active_test=False, tracking_disable=True)
        for school, team in teams.items():
            old = Lead.search([("company_id", "=", school.id), ("bde_pipeline_id", "=", False)])
            if old:
                pipeline = self.env["bde.pipeline"]._default_pipeline()
                stage = pipeline._first_stage()
                old.write(
                    {"team_id": team.id, "bde_pipeline_id": pipeline.id, "stage_id": stage.id}
                )

    @api.model
    def _bde_flatten_core_rule(self):
        """Makes core's rule on leads flat: every lead has its company (core's is noupdate)."""
        # sudo: called by the update of the module
        rule = self.sudo().env.ref("crm.crm_lead_company_rule", raise_if_not_found=False)
        if rule:
            rule.domain_force = "[('company_id', 'in', company_ids)]"
