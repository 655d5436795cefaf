import secrets

from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError, ValidationError

# what the head writes; the words of the person are nobody's to change
OF_HEAD = {"notes", "reader_ids"}


class BdeHarmReport(models.Model):
    """Harassment or violence that somebody tells the head alone.

    Read by the head of the school, and by those whom he names here. Nothing of it stands
    anywhere else: no chatter, no activity, no file, no export, no figure, no field of another
    model points to it. Its name is a number, and the mail about it says "open" and nothing more.
    Written by the page of a pupil, and by the dialog of staff who were told something; neither
    can read it again.
    """

    _name = "bde.harm.report"
    _description = "Confidential message"
    _inherit = ["bde.owned"]
    _order = "id desc"
    _rec_name = "reference"

    reference = fields.Char(
        required=True,
        readonly=True,
        copy=False,
        default=lambda self: secrets.token_hex(4),
        exportable=False,
    )
    # no restriction on deleting these: a refusal would say that there is a report
    placement_id = fields.Many2one(
        "bde.placement",
        readonly=True,
        index="btree_not_null",
        ondelete="set null",
        check_company=True,
        exportable=False,
    )
    student_name = fields.Char(string="Pupil", readonly=True, exportable=False)
    division_name = fields.Char(string="Class", readonly=True, exportable=False)
    host_name = fields.Char(string="Company", readonly=True, exportable=False)
    source = fields.Selection(
        [("student", "Pupil"), ("staff", "Staff of the school")],
        string="Said by",
        required=True,
        readonly=True,
        default="student",
        exportable=False,
    )
    author = fields.Char(string="Name", readonly=True, exportable=False)
    facts = fields.Text(string="What was said", required=True, readonly=True, exportable=False)
    contact = fields.Char(string="How to be reached", readonly=True, exportable=False)
    received_on = fields.Datetime(
        required=True, readonly=True, default=fields.Datetime.now, exportable=False
    )
    state = fields.Selection(
        [("new", "To read"), ("followed", "Being followed"), ("closed", "Settled")],
        required=True,
        readonly=True,
        default="new",
        exportable=False,
    )
    reader_ids = fields.Many2many(
        "res.users",
        "bde_harm_report_reader_rel",
        "report_id",
        "user_id",
        string="Read also by",
        domain="[('share', '=', False), ('company_ids', 'in', company_id)]",
        exportable=False,
        help="People of the school whom the head names: they read this message, and no other.",
    )
    notes = fields.Text(
        string="What was done",
        exportable=False,
        help="Whom you called (17, the academic services, the family), when, what follows.",
    )
    may_follow = fields.Boolean(compute="_compute_may_follow")

    # ------------------------------------------------------------
    # Computes
    # ------------------------------------------------------------

    @api.depends("reference")
    def _compute_display_name(self):
        """No name: names stand in the titles of windows, and in what others see of them."""
        for report in self:
            report.display_name = self.env._("Message %(number)s", number=report.reference or "")

    @api.depends_context("uid")
    @api.depends("company_id")
    def _compute_may_follow(self):
        for report in self:
            report.may_follow = report._is_head()

    def _is_head(self):
        """Whether the user is the head of this school; without one, who holds the role."""
        return self.env.user in self.company_id._bde_acting_heads()

    # ------------------------------------------------------------
    # CRUD
    # ------------------------------------------------------------

    def write(self, vals):
        """The head notes what was done and names readers; words stay as they were said."""
        if not self.env.su:
            if not all(report._is_head() for report in self) or vals.keys() - OF_HEAD:
                raise AccessError(self.env._("These words stay as they were said."))
        before = {report: report.reader_ids for report in self}
        result = super().write(vals)
        if "reader_ids" in vals:
            for report in self:
                report._tell(report.reader_ids - before[report])
        return result

    @api.constrains("reader_ids")
    def _check_readers(self):
        for report in self:
            for user in report.reader_ids:
                if report.company_id.id not in user._bde_company_ids("staff"):
                    raise ValidationError(self.env._("Name people who have a role at the school."))

    def export_data(self, fields_to_export):
        raise AccessError(self.env._("These messages are not exported."))

    def copy_data(self, default=None):
        raise AccessError(self.env._("These messages are not copied."))

    # ------------------------------------------------------------
    # Receiving
    # ------------------------------------------------------------

    @api.model
    def _receive(self, placement, facts, contact, source, author):
        """Takes what somebody says, and tells the head that something is to be opened.

        :param placement: of the pupil it is about; rights were checked by the caller
        :raises UserError: without words
        """
        facts = (facts or "").replace("\x00", "").strip()
        if not facts:
            raise UserError(self.env._("Write a few words: what happens, where, since when."))
        # sudo: whoever tells cannot read, then or later
        placement = placement.sudo()
        known = self.sudo().search(
            [("placement_id", "=", placement.id), ("facts", "=", facts), ("source", "=", source)],
            limit=1,
        )
        if known:
            return  # sent twice
        report = self.sudo().create(
            {
                "company_id": placement.company_id.id,
                "placement_id": placement.id,
                "student_name": placement.student_name,
                "division_name": placement.division_id.name,
                "host_name": placement.host_id.name,
                "source": source,
                "author": author,
                "facts": facts,
                "contact": (contact or "").replace("\x00", "").strip(),
            }
        )
        report._tell(report.company_id._bde_acting_heads())

    def _tell(self, users):
        """A mail that says nothing but "open"; its address is a number."""
        self.ensure_one()
        Delivery, company = self.env["bde.delivery"], self.company_id.sudo()
        # sudo: the number of a window
        action = self.env.ref("bde_pfmp.action_harm_report").sudo()
        url = f"{self.env['bde.link']._base_url()}/odoo/action-{action.id}/{self.id}"
        messages = []
        for user in users.sudo():  # sudo: addresses of those who are told
            if not user.email:
                continue
            lang = user.lang or "fr_FR"
            env = self.with_context(lang=lang).env
            messages.append(
                {
                    "company": company,
                    "email_to": Delivery._to(user.name, user.email),
                    "subject": env._("To open – %(school)s", school=company.name),
                    "body_html": env["ir.qweb"]._render(
                        "bde_pfmp.mail_to_open",
                        {"company": company, "lang": lang, "name": user.name, "url": url},
                        minimal_qcontext=True,
                    ),
                }
            )
        Delivery._queue(messages)
        if messages:
            Delivery._trigger_queue()

    # ------------------------------------------------------------
    # Following
    # ------------------------------------------------------------

    def action_follow(self):
        """The head has read it and sees to it."""
        self._set_state("followed")

    def action_close(self):
        """Nothing more is to do.

        :raises UserError: when nobody wrote what was done
        """
        if any(not (report.notes or "").strip() for report in self):
            raise UserError(self.env._("Write in a few words what was done."))
        self._set_state("closed")

    def _set_state(self, state):
        self.check_access("write")
        if not all(report._is_head() for report in self):
            raise AccessError(self.env._("The head of the school does this."))
        # sudo: a state that no form writes
        self.sudo().write({"state": state})
