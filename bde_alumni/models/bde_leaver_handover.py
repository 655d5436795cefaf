from odoo import api, fields, models
from odoo.exceptions import UserError

BODIES = [("mission_locale", "Mission locale"), ("france_travail", "France Travail")]
CHANNELS = [("paper", "Paper, signed"), ("desk", "In front of us"), ("link", "On the page")]
# what may be told, each on its own; a change takes the agreement back
TOLD = (
    "tells_birth", "tells_phone", "tells_email", "tells_town", "tells_training", "tells_stays",
    "tells_workshops", "tells_wish",
)  # fmt: skip
# of what is agreed: whoever changes it asks again
AGREED = (*TOLD, "body", "note")
UNAGREED = {
    "state": "draft", "agreed_on": False, "agreed_how": False, "self_agreed_on": False,
    "guardian_name": False,
}  # fmt: skip


class BdeLeaverHandover(models.Model):
    """Sheet by which a school tells France Travail or the Mission locale about a leaver.

    Nothing leaves before the person agreed, and a guardian with him when he is a minor; what is
    told is chosen field by field, and kept as it was told. Never health, never family.
    """

    _name = "bde.leaver.handover"
    _description = "Hand-over to France Travail or the Mission locale"
    _inherit = ["bde.owned", "bde.kept", "mail.thread"]
    _order = "id desc"
    _rec_name = "name"
    _bde_of_pupils = True

    plan_id = fields.Many2one(
        "bde.leaver.plan", required=True, index=True, ondelete="cascade", check_company=True
    )
    company_id = fields.Many2one(
        related="plan_id.company_id", store=True, precompute=True, default=None
    )
    name = fields.Char(related="plan_id.name", store=True, precompute=True)
    is_adult = fields.Boolean(related="plan_id.is_adult")
    body = fields.Selection(BODIES, string="To", required=True, default="mission_locale")
    body_contact = fields.Char(string="Adviser", help="Name and address of who receives it.")
    tells_birth = fields.Boolean(string="Date of birth", default=True)
    tells_phone = fields.Boolean(string="Mobile phone", default=True)
    tells_email = fields.Boolean(string="E-mail", default=True)
    tells_town = fields.Boolean(string="Town", default=True)
    tells_training = fields.Boolean(string="Training and diploma", default=True)
    tells_stays = fields.Boolean(string="Companies of the stays")
    tells_workshops = fields.Boolean(string="Workshops attended")
    tells_wish = fields.Boolean(string="What he wishes", default=True)
    note = fields.Text(
        string="A word of the school",
        help="What was tried, what would help. Nothing about health or family.",
    )
    state = fields.Selection(
        [
            ("draft", "To be agreed"),
            ("agreed", "To hand over"),
            ("sent", "Handed over"),
            ("withdrawn", "Refused"),
        ],
        required=True,
        readonly=True,
        default="draft",
        index=True,
        copy=False,
        tracking=True,
    )
    agreed_how = fields.Selection(CHANNELS, string="Agreed", copy=False)
    agreed_on = fields.Date(readonly=True, copy=False)
    guardian_name = fields.Char(
        string="Guardian who agreed", copy=False, help="For a minor: who signs beside him."
    )
    self_agreed_on = fields.Date(
        string="The pupil agreed on", readonly=True, copy=False, help="On his page."
    )
    sent_on = fields.Date(string="Handed over on", readonly=True, copy=False)
    user_id = fields.Many2one("res.users", string="By", readonly=True, ondelete="set null")
    content = fields.Json(
        string="As it was told", readonly=True, copy=False, groups=fields.NO_ACCESS
    )

    _company_state_idx = models.Index("(company_id, state)")

    def _bde_fixed(self):
        return super()._bde_fixed() | {"plan_id"}

    def write(self, vals):
        changed = self.browse()
        if vals.keys() & set(AGREED):
            if any(one.state in ("sent", "withdrawn") for one in self):
                raise UserError(
                    self.env._("What was handed over or refused stays as it is: make a new sheet.")
                )
            changed = self.filtered(
                lambda one: (
                    (one.state == "agreed" or one.self_agreed_on)
                    and any(name in vals and one[name] != vals[name] for name in AGREED)
                )
            )
        result = super().write(vals)
        if changed:
            # sudo: who changes what is told takes the agreement back; what is typed with it stays
            changed.sudo().write(
                {name: value for name, value in UNAGREED.items() if name not in vals}
            )
        return result

    # ------------------------------------------------------------
    # Verbs
    # ------------------------------------------------------------

    def action_agree(self):
        """Notes that the person agreed, and a guardian when he is a minor.

        :raises UserError: says what is missing
        """
        self.check_access("write")
        for sheet in self:
            if sheet.state != "draft":
                raise UserError(self.env._("This sheet is agreed, handed over or refused already."))
            if not sheet.agreed_how and not sheet.self_agreed_on:
                raise UserError(
                    self.env._(
                        "Say first how %(name)s agreed: on signed paper, or in front of you.",
                        name=sheet.name,
                    )
                )
            if not sheet.is_adult and not (sheet.guardian_name or "").strip():
                raise UserError(
                    self.env._(
                        "%(name)s is a minor: a guardian agrees too. Write his or her name.",
                        name=sheet.name,
                    )
                )
            # sudo: written by this verb alone
            sheet.sudo().write(
                {
                    "state": "agreed",
                    "agreed_on": sheet.company_id._bde_today(),
                    "agreed_how": sheet.agreed_how or "link",
                }
            )

    def action_refuse(self):
        """The person does not want it, or takes his agreement back: nothing leaves any more."""
        self.check_access("write")
        if any(one.state == "sent" for one in self):
            raise UserError(
                self.env._("It was handed over already: ask the adviser to erase what he has.")
            )
        # sudo: written by this verb alone
        self.sudo().write({"state": "withdrawn"})

    def _withdraw(self):
        """Agreements that did not serve yet end: nothing leaves any more (in sudo)."""
        self.filtered(lambda one: one.state in ("draft", "agreed")).write({"state": "withdrawn"})

    def action_send(self):
        """Keeps what is told, marks the sheet as handed over and opens it to be given.

        :raises UserError: nobody agreed
        """
        self.ensure_one()
        self.check_access("write")
        if self.state != "agreed":
            raise UserError(self.env._("Nothing leaves before the person agreed."))
        if not self.plan_id.alumnus_id._may_write("inform"):
            raise UserError(
                self.env._(
                    "%(name)s is not followed any more: nothing is told about this person.",
                    name=self.name,
                )
            )
        # sudo: written by this verb alone
        self.sudo().write(
            {
                "state": "sent",
                "sent_on": self.company_id._bde_today(),
                "user_id": self.env.uid,
                "content": self._content(),
            }
        )
        if self.plan_id.solution == "none":
            self.plan_id._solve(self.body, "staff", self.body_contact or "")
        return self.action_print()

    def action_print(self):
        """Opens the sheet: to be signed while nobody agreed, as it was told afterwards."""
        return {
            "type": "ir.actions.act_url",
            "url": f"/bde/liaison?ids={','.join(map(str, self.ids))}",
            "target": "new",
        }

    @api.ondelete(at_uninstall=False)
    def _unlink_unsent(self):
        # who objects to the follow-up, or whose time is over, is erased whole
        if self.env.context.get("bde_erasing") and self.env.su:
            return
        if any(one.state == "sent" for one in self):
            raise UserError(
                self.env._("What was handed over is kept: the person may ask what was told.")
            )
