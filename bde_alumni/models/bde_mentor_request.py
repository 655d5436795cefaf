from odoo import api, fields, models

STATES = [
    ("to_check", "To read first"),
    ("sent", "Waiting for the mentor"),
    ("accepted", "Accepted"),
    ("declined", "Declined"),
    ("closed", "Closed"),
]
CLOSED_BECAUSE = [
    ("over", "One of the two has ended it"),
    ("bureau", "Not passed on by the bureau"),
    ("mentor_left", "The mentor stopped"),
    ("no_answer", "No answer for a month"),
    ("reported", "Reported"),
]
ADDRESSES = ("email", "phone")


class BdeMentorRequest(models.Model):
    """Somebody asks a mentor for advice: it reaches him by his own page, without his address.

    What a minor sends, or is sent, is read by the bureau first. The address of one is shown to
    the other only once both said so: who asks when he writes, the mentor when he accepts.
    Written by verbs alone (``bde_mentor_request_verbs.py``): nobody changes what somebody wrote.
    """

    _name = "bde.mentor.request"
    _description = "Request to a mentor"
    _inherit = ["bde.owned", "bde.kept"]
    _order = "create_date desc, id desc"
    _rec_name = "mentor_id"

    mentor_id = fields.Many2one(
        "bde.alumnus",
        required=True,
        index=True,
        ondelete="cascade",
        check_company=True,
    )
    company_id = fields.Many2one(
        related="mentor_id.company_id", store=True, precompute=True, default=None
    )
    from_alumnus_id = fields.Many2one(
        "bde.alumnus",
        string="Requested by",
        index="btree_not_null",
        ondelete="cascade",
        check_company=True,
    )
    from_student_id = fields.Many2one(
        "bde.student",
        string="Requested for the pupil",
        index="btree_not_null",
        ondelete="cascade",
        check_company=True,
    )
    asker_name = fields.Char(string="Who asks", compute="_compute_asker_name")
    text = fields.Text(string="Words", required=True, groups=fields.NO_ACCESS)
    text_to_read = fields.Text(
        string="Request",
        compute="_compute_text_to_read",
        compute_sudo=True,
        help="The bureau reads what a minor writes or is sent, and what was reported. The words of"
        " two adults are theirs.",
    )
    with_minor = fields.Boolean(
        string="Under age",
        readonly=True,
        help="One of the two was under age when it was written: the bureau reads it first.",
    )
    state = fields.Selection(
        STATES, required=True, default="to_check", readonly=True, copy=False, index=True
    )
    closed_because = fields.Selection(
        CLOSED_BECAUSE, string="Closed because", readonly=True, copy=False
    )
    checked_by_id = fields.Many2one(
        "res.users", string="Read by", readonly=True, copy=False, ondelete="set null"
    )
    sent_on = fields.Datetime(string="Passed on", readonly=True, copy=False)
    answered_on = fields.Datetime(string="Answered on", readonly=True, copy=False)
    closed_on = fields.Datetime(string="Closed on", readonly=True, copy=False)
    # which addresses each side lets the other see, once it is accepted
    asker_shares = fields.Char(readonly=True, copy=False, groups=fields.NO_ACCESS)
    mentor_shares = fields.Char(readonly=True, copy=False, groups=fields.NO_ACCESS)
    reported_by = fields.Selection(
        [("mentor", "The mentor"), ("asker", "Who asked")],
        string="Reported by",
        readonly=True,
        copy=False,
    )
    reported_on = fields.Datetime(string="Reported on", readonly=True, copy=False)
    report_text = fields.Text(string="What was reported", readonly=True, copy=False)
    report_handled_on = fields.Datetime(string="Looked into on", readonly=True, copy=False)

    _company_state_idx = models.Index("(company_id, state)")
    _reported_idx = models.Index(
        "(company_id) WHERE reported_on IS NOT NULL AND report_handled_on IS NULL"
    )
    _asker_check = models.Constraint(
        "CHECK(num_nonnulls(from_alumnus_id, from_student_id) = 1)",
        "Say who asks: an alumnus or a pupil.",
    )
    _alumnus_once = models.UniqueIndex(
        "(mentor_id, from_alumnus_id) WHERE state IN ('to_check', 'sent', 'accepted')",
        "This mentor was asked already.",
    )
    _student_once = models.UniqueIndex(
        "(mentor_id, from_student_id) WHERE state IN ('to_check', 'sent', 'accepted')",
        "This mentor was asked already.",
    )

    @api.depends("from_alumnus_id.name", "from_student_id.name")
    def _compute_asker_name(self):
        for request in self:
            request.asker_name = request.from_alumnus_id.name or request.from_student_id.name

    @api.depends("text", "with_minor", "reported_on")
    def _compute_text_to_read(self):
        for request in self:
            shown = request.with_minor or request.reported_on
            request.text_to_read = request.text if shown else False

    def _asker(self):
        """Who asks: an alumnus or a pupil."""
        self.ensure_one()
        return self.from_alumnus_id or self.from_student_id

    def _shown(self, side):
        """Addresses of one side that the other sees: none before both agreed.

        :param str side: ``mentor`` or ``asker``, whose addresses they are
        :return: {``email`` or ``phone``: text}
        """
        self.ensure_one()
        if self.state != "accepted" or not self.mentor_id._may_write("mentoring"):
            return {}
        person = self.mentor_id if side == "mentor" else self._asker()
        if person._name == "bde.alumnus" and not person._may_write("inform"):
            # no for good, or dead: nothing of the person is shown any more
            return {}
        shares = (self[f"{side}_shares"] or "").split(",")
        return {name: person[name] for name in ADDRESSES if name in shares and person[name]}
