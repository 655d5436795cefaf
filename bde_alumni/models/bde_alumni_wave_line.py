from datetime import timedelta

from odoo import api, fields, models
from odoo.fields import Domain

LINE_STATES = [
    ("to_send", "To be asked"),
    ("sent", "Asked"),
    ("partial", "Answered in part"),
    ("answered", "Answered"),
    ("unreachable", "Cannot be reached"),
    ("refused", "Does not wish to answer"),
]
# called so often at most, with a pause between two calls; after the last letter a pause too
CALLS = 3
CALL_PAUSE_DAYS = 3
SILENT_DAYS = 5


class BdeAlumniWaveLine(models.Model):
    """One leaver of a survey: how he was asked, and what came back."""

    _name = "bde.alumni.wave.line"
    _description = "Leaver asked"
    _inherit = ["bde.owned", "bde.kept"]
    _order = "wave_id desc, alumnus_id, id"
    _rec_name = "alumnus_id"

    wave_id = fields.Many2one(
        "bde.alumni.wave",
        string="Survey",
        required=True,
        readonly=True,
        index=True,
        ondelete="cascade",
        check_company=True,
    )
    company_id = fields.Many2one(
        related="wave_id.company_id", store=True, precompute=True, default=None
    )
    alumnus_id = fields.Many2one(
        "bde.alumnus",
        string="Leaver",
        required=True,
        readonly=True,
        index=True,
        ondelete="cascade",
        check_company=True,
    )
    training_id = fields.Many2one(
        related="alumnus_id.training_id", store=True, precompute=True, string="Training"
    )
    phone = fields.Char(related="alumnus_id.phone", string="Mobile phone")
    email = fields.Char(related="alumnus_id.email", string="Private e-mail")
    state = fields.Selection(LINE_STATES, required=True, readonly=True, default="to_send")
    asked_on = fields.Date(string="Asked on", readonly=True)
    reminder_count = fields.Integer(string="Reminders", readonly=True, aggregator=None)
    reminded_on = fields.Date(string="Last reminder", readonly=True)
    channel = fields.Selection(
        [("email", "E-mail"), ("sms", "SMS")],
        string="Asked by",
        readonly=True,
        help="How he was written to last.",
    )
    answered_on = fields.Date(string="Answered on", readonly=True)
    call_count = fields.Integer(string="Calls", readonly=True, aggregator=None)
    called_on = fields.Date(string="Last call", readonly=True)
    outcome_id = fields.Many2one(
        "bde.outcome",
        string="Answer",
        readonly=True,
        index="btree_not_null",
        ondelete="set null",
        check_company=True,
        help="The latest, when he answered twice.",
    )
    situation = fields.Selection(related="outcome_id.situation", store=True)

    _wave_alumnus_uniq = models.Constraint(
        "UNIQUE(wave_id, alumnus_id)", "A leaver is asked once in a survey."
    )
    _wave_state_idx = models.Index("(wave_id, state)")
    # what the job looks for every hour
    _due_idx = models.Index("(company_id, id) WHERE state IN ('to_send', 'sent')")

    @api.model
    def _to_call_domain(self, today):
        """Those whom letters do not reach, or who left two reminders without an answer."""
        silent = Domain(
            [
                ("state", "=", "sent"),
                ("reminder_count", ">=", 2),
                ("reminded_on", "<=", today - timedelta(days=SILENT_DAYS)),
            ]
        )
        rested = Domain("called_on", "=", False) | Domain(
            "called_on", "<=", today - timedelta(days=CALL_PAUSE_DAYS)
        )
        return (
            Domain("wave_id.state", "=", "running")
            & (Domain("state", "=", "unreachable") | silent)
            & Domain("alumnus_id.phone", "!=", False)
            & Domain("alumnus_id", "any", self.env["bde.alumnus"]._may_write_domain("follow_up"))
            & Domain("call_count", "<", CALLS)
            & rested
        )

    # ------------------------------------------------------------
    # Nothing more is asked
    # ------------------------------------------------------------

    def _refuse(self):
        """Does not wish to answer this survey: nothing more is asked (in sudo)."""
        silent = self.filtered(lambda line: line.state not in ("answered", "partial"))
        silent.state = "refused"
        silent._stop_asking()

    def action_refuse(self):
        """He said on the telephone that he does not wish to answer."""
        self._check_bureau()
        # sudo: states are written by verbs; the right was checked
        self.sudo()._refuse()
        self.sudo()._note_call()
        return True

    def _check_bureau(self):
        self.check_access("read")
        for company in self.company_id:
            company._bde_check_user_is("secretary")


class BdeAlumnus(models.Model):
    _inherit = "bde.alumnus"

    def write(self, vals):
        result = super().write(vals)
        if "email" in vals or "phone" in vals:
            # sudo: lines are written by verbs; who corrects an address asks again
            lines = self.sudo().wave_line_ids.filtered(
                lambda line: (
                    line.state == "unreachable"
                    and line.wave_id.state == "running"
                    and (line.alumnus_id.email or line.alumnus_id.phone)
                )
            )
            lines.filtered("asked_on").state = "sent"
            lines.filtered(lambda line: not line.asked_on).state = "to_send"
        return result

    def _stop_letters(self):
        """Who said no for good is asked no survey any more."""
        result = super()._stop_letters()
        lines = self.wave_line_ids.filtered(lambda line: line.wave_id.state == "running")
        lines.filtered(lambda line: line.state in ("to_send", "sent"))._refuse()
        return result

    def _join_links(self, gone):
        """Of two lines in one survey, the one with an answer stays."""
        answered = gone.wave_line_ids.filtered("outcome_id").wave_id
        silent = self.wave_line_ids.filtered(lambda line: not line.outcome_id)
        silent.filtered(lambda line: line.wave_id in answered).unlink()
        return super()._join_links(gone)
