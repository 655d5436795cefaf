from odoo import api, fields, models

from ..rules import visits as rules


class BdePlacement(models.Model):
    """How the school follows a stay: contacts made and planned, the meeting of three."""

    _inherit = "bde.placement"

    visit_ids = fields.One2many("bde.visit", "placement_id", string="Visits")
    visit_count = fields.Integer(
        string="Contacts made",
        compute="_compute_visit_figures",
        store=True,
        precompute=True,
        help="Calls, visits and video meetings that were made during the stay.",
    )
    last_visit_on = fields.Date(
        string="Last contact", compute="_compute_visit_figures", store=True, precompute=True
    )
    next_visit_on = fields.Date(
        string="Next contact", compute="_compute_visit_figures", store=True, precompute=True
    )
    visit_status = fields.Selection(
        [
            ("none", "Nothing planned"),
            ("planned", "Planned"),
            ("started", "Begun"),
            ("enough", "Checked several times"),
        ],
        string="Follow-up",
        compute="_compute_visit_figures",
        store=True,
        precompute=True,
        help="The school checks several times that the stay goes as agreed (L124-1 C. éduc.): "
        "two contacts at least.",
    )
    meeting_done = fields.Boolean(
        string="Meeting of three",
        compute="_compute_visit_figures",
        store=True,
        precompute=True,
        help="Teacher, pupil and tutor have met once, on site or by video (article 18 of the "
        "model convention).",
    )

    @api.depends(
        "date_start",
        "date_end",
        "visit_ids.state",
        "visit_ids.planned_on",
        "visit_ids.done_on",
        "visit_ids.is_meeting",
    )
    def _compute_visit_figures(self):
        for placement in self:
            # sudo: counts and dates for whoever reads the placement, never what was written
            visits = placement.sudo().visit_ids
            done = visits.filtered(
                lambda one, p=placement: (
                    one.state == "done"
                    and one.done_on
                    and p.date_start <= one.done_on <= p.date_end
                )
            )
            planned = visits.filtered(lambda one: one.state == "planned")
            placement.visit_count = len(done)
            placement.last_visit_on = max(done.mapped("done_on"), default=False)
            dates = [day for day in planned.mapped("planned_on") if day]
            placement.next_visit_on = min(dates, default=False)
            placement.visit_status = rules.status(len(done), len(planned))
            placement.meeting_done = any(done.mapped("is_meeting"))

    def _visit_shortfall(self):
        """What the law and the convention still ask of the follow-up of one stay.

        L124-1 C. éduc. (checked several times) and article 18 of the model convention (one
        meeting of teacher, pupil and tutor).

        :return: a sentence, empty when nothing is missing
        """
        self.ensure_one()
        missing = []
        if self.visit_count < rules.CONTACTS:
            missing.append(
                self.env._(
                    "%(done)s of %(wanted)s contacts made (L124-1 C. éduc.)",
                    done=self.visit_count,
                    wanted=rules.CONTACTS,
                )
            )
        if not self.meeting_done:
            missing.append(
                self.env._(
                    "no meeting of teacher, pupil and tutor (article 18 of the model convention)"
                )
            )
        return ", ".join(missing)

    def action_new_visit(self):
        """Opens an empty contact of this pupil, to be planned or reported."""
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Contact"),
            "res_model": "bde.visit",
            "view_mode": "form",
            "context": {"default_placement_id": self.id},
        }
