from odoo import fields, models

STATES = [
    ("to_check", "To read first"),
    ("sent", "Waiting for the mentor"),
    ("accepted", "Accepted"),
    ("declined", "Declined"),
    ("closed", "Closed"),
]


class BdeMentorRequest(models.Model):
    """Somebody asks a mentor for advice: it reaches him by his own page, without his address.

    What a minor sends, or is sent, is read by the bureau first. The address of one is shown to
    the other only once both said so.
    """

    _name = "bde.mentor.request"
    _description = "Request to a mentor"
    _inherit = ["bde.owned", "bde.kept"]
    _order = "create_date desc, id desc"
    _rec_name = "mentor_id"

    mentor_id = fields.Many2one(
        "bde.alumnus", required=True, index=True, ondelete="cascade", check_company=True
    )
    company_id = fields.Many2one(
        related="mentor_id.company_id", store=True, precompute=True, default=None
    )
    from_alumnus_id = fields.Many2one(
        "bde.alumnus",
        string="Asked by",
        index="btree_not_null",
        ondelete="cascade",
        check_company=True,
    )
    from_student_id = fields.Many2one(
        "bde.student",
        string="Asked for the pupil",
        index="btree_not_null",
        ondelete="cascade",
        check_company=True,
    )
    text = fields.Text(string="Request", required=True)
    with_minor = fields.Boolean(
        string="A minor",
        readonly=True,
        help="One of the two was under age when it was written: the bureau reads it first.",
    )
    state = fields.Selection(
        STATES, required=True, default="to_check", readonly=True, copy=False, index=True
    )
    sent_on = fields.Datetime(string="Passed on", readonly=True, copy=False)
    answered_on = fields.Datetime(readonly=True, copy=False)
    closed_on = fields.Datetime(readonly=True, copy=False)
    # which addresses each side lets the other see, once it is accepted
    asker_shares = fields.Char(readonly=True, copy=False)
    mentor_shares = fields.Char(readonly=True, copy=False)
    reported_by = fields.Selection(
        [("mentor", "The mentor"), ("asker", "Who asked")], readonly=True, copy=False
    )
    reported_on = fields.Datetime(readonly=True, copy=False)
    report_text = fields.Text(string="What was reported", readonly=True, copy=False)
    report_handled_on = fields.Datetime(string="Looked into", readonly=True, copy=False)

    _company_state_idx = models.Index("(company_id, state)")
    _asker_check = models.Constraint(
        "CHECK(num_nonnulls(from_alumnus_id, from_student_id) = 1)",
        "Say who asks: an alumnus or a pupil.",
    )

    def _bde_fixed(self):
        return super()._bde_fixed() | {"mentor_id", "from_alumnus_id", "from_student_id"}
