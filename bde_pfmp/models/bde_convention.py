from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools import SQL

from odoo.addons.bde_partnerships.models.bde_document import IN_SIGNATURE, SIGNED

# States in which the terms are agreed: a change is then an amendment (D124-4 C. éduc.)
LOCKED = (*IN_SIGNATURE, *SIGNED)
# Written by the verbs alone, which check who acts: what the head or a past decided.
OF_VERBS = {
    "guardian_stop", "interrupted_on", "interruption_code", "interruption_reason",
    "interrupted_at", "interrupted_from", "successor_id", "attestation_on",
}  # fmt: skip


class BdeConvention(models.Model):
    """The convention of one placement, signed by its five parties (D124-4 C. éduc.).

    What it says is read from the placement when a version is made; afterwards the version
    alone counts. Making, sending and reminding are batch verbs.
    """

    _name = "bde.convention"
    _description = "Convention"
    _inherit = ["bde.document.mixin"]
    _order = "date_start desc, student_name, id"
    _rec_name = "student_name"
    _rec_names_search = ["student_name", "number"]
    _document_kind = "convention"

    active = fields.Boolean(default=True, readonly=True)
    placement_id = fields.Many2one(
        "bde.placement",
        required=True,
        readonly=True,
        index=True,
        ondelete="restrict",
        check_company=True,
    )
    stay = fields.Selection(related="placement_id.period_id.kind", string="Type")
    student_id = fields.Many2one(related="placement_id.student_id", store=True, precompute=True)
    student_name = fields.Char(
        related="placement_id.student_name", store=True, precompute=True, string="Name of the pupil"
    )
    division_id = fields.Many2one(
        related="placement_id.division_id",
        string="Pupil's class",
        store=True,
        precompute=True,
        index=True,
    )
    period_id = fields.Many2one(
        related="placement_id.period_id",
        string="Placement period",
        store=True,
        precompute=True,
        index=True,
    )
    date_start = fields.Date(related="placement_id.date_start", store=True, precompute=True)
    date_end = fields.Date(related="placement_id.date_end", store=True, precompute=True)
    host_id = fields.Many2one(related="placement_id.host_id", string="Host")
    tutor_id = fields.Many2one(related="placement_id.tutor_id", string="Tutor")
    referent_id = fields.Many2one(related="placement_id.referent_id", string="Referent")
    guardian_id = fields.Many2one(
        "bde.guardian",
        string="Guardian who signs",
        check_company=True,
        domain="[('id', 'in', guardian_choice_ids)]",
        help="Empty: both holders of authority are asked, and the first one who signs is enough.",
    )
    guardian_choice_ids = fields.Many2many("bde.guardian", compute="_compute_guardian_choice_ids")
    guardian_needed = fields.Boolean(compute="_compute_guardian_needed")

    _placement_uniq = models.UniqueIndex(
        "(placement_id) WHERE active", "This placement already has a convention."
    )
    _company_division_idx = models.Index("(company_id, division_id, date_start)")

    # ------------------------------------------------------------
    # Computes
    # ------------------------------------------------------------

    @api.depends("number", "student_name")
    def _compute_display_name(self):
        for convention in self:
            parts = (convention.number, convention.student_name)
            convention.display_name = " · ".join(part for part in parts if part)

    @api.depends("student_id")
    def _compute_guardian_needed(self):
        for convention in self:
            convention.guardian_needed = not convention._pupil_signs_alone()

    @api.depends("student_id")
    def _compute_guardian_choice_ids(self):
        holders = self.student_id._legal_guardians_by_student()
        for convention in self:
            convention.guardian_choice_ids = holders.get(convention.student_id, False)

    # ------------------------------------------------------------
    # CRUD
    # ------------------------------------------------------------

    @api.model_create_multi
    def create(self, vals_list):
        """A convention belongs to the school and the year of its placement."""
        placements = self.env["bde.placement"].browse([vals["placement_id"] for vals in vals_list])
        self._check_of_verbs(set().union(*vals_list))
        for vals, placement in zip(vals_list, placements, strict=True):
            vals["company_id"] = placement.company_id.id
            vals["school_year_id"] = placement.school_year_id.id
        conventions = super().create(vals_list)
        conventions._link_placements()
        return conventions

    def _link_placements(self):
        """Stores in the placements which convention is theirs, in one statement."""
        # sudo: a stored link that follows the convention, whoever makes it
        placements = self.sudo().placement_id
        placements.flush_recordset(["convention_id"])
        self.env.execute_query(
            SQL(
                "UPDATE bde_placement SET convention_id = convention.id"
                "  FROM bde_convention AS convention"
                " WHERE convention.placement_id = bde_placement.id AND convention.id IN %s"
                " RETURNING bde_placement.id",
                self._ids or (0,),
            )
        )
        placements.invalidate_recordset(["convention_id"])
        placements.modified(["convention_id"])

    def write(self, vals):
        if "placement_id" in vals and any(c.placement_id.id != vals["placement_id"] for c in self):
            raise UserError(self.env._("A convention stays with its placement."))
        self._check_of_verbs(vals)
        return super().write(vals)

    @api.model
    def _check_of_verbs(self, names):
        """Refuses what a hidden field of a screen would let pass.

        :raises AccessError: unless a verb writes it
        """
        self.env["bde.document"]._check_engine_fields(OF_VERBS & set(names))

    # ------------------------------------------------------------
    # Making
    # ------------------------------------------------------------

    @api.model
    def _make_for(self, placements):
        """Conventions of placements that are ready, with a version to check; constant queries.

        A convention that is not out yet is made again; one that was cancelled is replaced.

        :param placements: without obstacle, see ``bde.placement._convention_obstacles``
        :rtype: bde.convention
        """
        old = placements.convention_id
        cancelled = old.filtered(lambda c: c.state == "cancelled")
        # sudo: nobody archives by hand, the new one takes the place of the old one
        cancelled.sudo().write({"active": False})
        cancelled.flush_recordset(["active"])
        kept = old - cancelled
        refused = kept.filtered(lambda c: c.state == "refused")
        if refused:
            refused.action_back_to_draft()
        templates = placements._convention_templates()
        new = placements - kept.placement_id
        conventions = kept
        if new:
            conventions += self.create(
                [
                    {
                        "placement_id": placement.id,
                        "template_id": templates[placement].id,
                        "lang": templates[placement].lang,
                        "deadline": placement._convention_deadline(),
                    }
                    for placement in new
                ]
            )
        for convention in kept:
            template = templates[convention.placement_id]
            if convention.template_id != template:
                convention.template_id = template
        conventions.document_id.action_make_version()
        return conventions

    def action_make_again(self):
        """New version from what the placements say now."""
        return self.placement_id.action_make_conventions()

    # ------------------------------------------------------------
    # Dates
    # ------------------------------------------------------------

    @api.model
    def _cron_follow_dates(self):
        """Signed conventions run from their first day to their last, in the time of the school."""
        domain = [("state", "in", ("signed", "running"))]
        for [company] in self._read_group(domain, ["company_id"]):
            today = company._bde_today()
            own = ("company_id", "=", company.id)
            begun = self.search([own, ("state", "=", "signed"), ("date_start", "<=", today)])
            for documents in begun.document_id._as_engine():
                documents._set_state("running")
            over = self.search([own, ("state", "=", "running"), ("date_end", "<", today)])
            for documents in over.document_id._as_engine():
                documents._set_state("ended")

    # ------------------------------------------------------------
    # Actions
    # ------------------------------------------------------------

    def action_ask_back_to_draft(self):
        """Asks why, then opens these conventions for correction."""
        return self._ask_reason("draft", self.env._("Back to draft"))

    def action_ask_cancel(self):
        """Asks why, then stops these conventions for good."""
        return self._ask_reason("cancel", self.env._("Cancel the convention"))

    def _ask_reason(self, action, title):
        return {
            "type": "ir.actions.act_window",
            "name": title,
            "res_model": "bde.reason.wizard",
            "view_mode": "form",
            "target": "new",
            "context": {"default_document_ids": self.document_id.ids, "default_action": action},
        }

    def action_open_placement(self):
        """The placement, where the terms are changed."""
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "res_model": "bde.placement",
            "res_id": self.placement_id.id,
            "view_mode": "form",
        }
