import re

from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError, ValidationError

from .bde_document_page import stylesheet

STATES = [("draft", "In preparation"), ("given", "Given"), ("acknowledged", "Acknowledged")]
# what people write themselves, and while it is prepared only
FREE_FIELDS = {"to_user_id", "notes", "line_ids"}
# "mot de passe : …", "mdp=…": facts go into a handover, secrets do not
SECRET = re.compile(r"\b(mot de passe|mdp|password|pwd)\b\s*[:=]", re.IGNORECASE)
TO_DO = "mail.mail_activity_data_todo"


class BdeHandover(models.Model):
    """What a person leaves behind at a school, and who takes it over.

    The lines are a picture of the day it was given: both persons find it again later,
    whatever became of the records. Modules add lines by ``_handover_items``.
    """

    _name = "bde.handover"
    _description = "Handover"
    _inherit = ["bde.owned", "mail.thread", "mail.activity.mixin"]
    _order = "id desc"

    from_user_id = fields.Many2one(
        "res.users",
        string="Leaves",
        required=True,
        index=True,
        ondelete="restrict",
        default=lambda self: self.env.user,
        domain="[('company_ids', 'in', company_id), ('share', '=', False)]",
    )
    # people of whom the account was closed are read by nobody at the school any more
    from_name = fields.Char(related="from_user_id.name", store=True, string="Who leaves")
    to_user_id = fields.Many2one(
        "res.users",
        string="Takes over",
        required=True,
        index=True,
        check_company=True,
        ondelete="restrict",
        domain="[('company_ids', 'in', company_id), ('share', '=', False)]",
    )
    to_name = fields.Char(related="to_user_id.name", store=True, string="Who takes over")
    state = fields.Selection(STATES, required=True, readonly=True, default="draft", copy=False)
    notes = fields.Text(help="Facts only: no opinion on a person, and no password.")
    line_ids = fields.One2many("bde.handover.line", "handover_id", string="What is handed over")
    open_count = fields.Integer(string="To give", compute="_compute_counts")
    left_count = fields.Integer(string="Not reassigned", compute="_compute_counts")
    summary = fields.Char(compute="_compute_counts")
    given_on = fields.Datetime(readonly=True, copy=False)
    given_by_id = fields.Many2one("res.users", string="Given by", readonly=True, copy=False)
    acknowledged_on = fields.Datetime(string="Read on", readonly=True, copy=False)
    acknowledged_name = fields.Char(string="Read by", readonly=True, copy=False)
    is_for_me = fields.Boolean(compute="_compute_is_for_me")

    _persons_check = models.Constraint(
        "CHECK(from_user_id != to_user_id)", "Somebody else takes over."
    )
    _company_state_idx = models.Index("(company_id, state)")

    # ------------------------------------------------------------
    # Computes and checks
    # ------------------------------------------------------------

    @api.depends("from_name", "to_name")
    def _compute_display_name(self):
        for handover in self:
            handover.display_name = self.env._(
                "%(leaver)s to %(successor)s",
                leaver=handover.from_name or "?",
                successor=handover.to_name or "?",
            )

    @api.depends("line_ids.state", "line_ids.kind")
    def _compute_counts(self):
        kinds = dict(self.env["bde.handover.line"]._fields["kind"]._description_selection(self.env))
        for handover in self:
            lines = handover.line_ids
            handover.open_count = len(lines.filtered(lambda line: line.state == "open"))
            handover.left_count = len(lines.filtered(lambda line: line.state == "kept"))
            handover.summary = " · ".join(
                f"{kinds[kind]}: {len(found)}" for kind, found in lines.grouped("kind").items()
            )

    @api.depends_context("uid")
    @api.depends("to_user_id", "state")
    def _compute_is_for_me(self):
        for handover in self:
            handover.is_for_me = handover.state == "given" and handover.to_user_id == self.env.user

    @api.constrains("notes")
    def _check_notes(self):
        if any(SECRET.search(handover.notes or "") for handover in self):
            raise ValidationError(
                self.env._(
                    "No password in a handover: the successor is invited with an account of his "
                    "own, and asks for the others where they are kept."
                )
            )

    def _check_leaver(self):
        """Who leaves has, or had, a role at the school."""
        # sudo: roles that ended are read by the head alone
        memberships = self.env["bde.membership"].sudo()
        for handover in self:
            if not memberships.search_count(
                [
                    ("user_id", "=", handover.from_user_id.id),
                    ("company_id", "=", handover.company_id.id),
                ],
                limit=1,
            ):
                raise ValidationError(
                    self.env._("Who leaves never had a role at this school: choose somebody else.")
                )

    def _check_successors(self):
        """Whoever takes something over works at the bureau of the school today."""
        for handover in self:
            people = handover.to_user_id | handover.line_ids.new_user_id
            for person in people:
                if handover.company_id.id not in person._bde_company_ids("secretary"):
                    raise UserError(
                        self.env._(
                            "%(name)s has no role at the bureau of this school today: "
                            "invite this person as manager or secretary first.",
                            name=person.name,
                        )
                    )

    # ------------------------------------------------------------
    # CRUD
    # ------------------------------------------------------------

    @api.model_create_multi
    def create(self, vals_list):
        for vals in vals_list:
            vals.pop("line_ids", None)
            if not self.env.su and vals.keys() - FREE_FIELDS - {"from_user_id", "company_id"}:
                raise AccessError(self.env._("A handover changes by its actions only."))
        handovers = super().create(vals_list)
        handovers._check_may_give()
        if not self.env.su:
            handovers._check_leaver()
        handovers.action_collect()
        return handovers

    def write(self, vals):
        if not self.env.su:
            if vals.keys() - FREE_FIELDS:
                raise AccessError(self.env._("A handover changes by its actions only."))
            if any(handover.state != "draft" for handover in self):
                raise UserError(self.env._("What was given stays as it was: make another one."))
        before = {handover: handover.to_user_id for handover in self}
        result = super().write(vals)
        if "to_user_id" in vals:
            for handover, successor in before.items():
                lines = handover.line_ids.filtered(lambda line, s=successor: line.new_user_id == s)
                lines.new_user_id = handover.to_user_id
        return result

    @api.ondelete(at_uninstall=False)
    def _unlink_only_drafts(self):
        if any(handover.state != "draft" for handover in self):
            raise UserError(self.env._("What was given is kept: it is the history of the bureau."))

    def _check_may_give(self):
        """The head hands over for anybody of his school, the manager for himself."""
        user = self.env.user
        for handover in self:
            if self.env.su or handover.company_id.id in user._bde_company_ids("head"):
                continue
            handover.company_id._bde_check_user_is("manager")
            if handover.from_user_id != user:
                raise AccessError(
                    self.env._("You hand over your own work; the head does it for somebody else.")
                )

    # ------------------------------------------------------------
    # Verbs
    # ------------------------------------------------------------

    def action_collect(self):
        """Lists again what is left behind; the choices that were made stay."""
        self._check_may_give()
        for handover in self:
            if handover.state != "draft":
                raise UserError(self.env._("What was given stays as it was: make another one."))
            # sudo: what the leaver holds at this school, whose right was checked above; nobody
            # writes lines by hand
            handover.sudo().with_company(handover.company_id)._collect()
        return True

    def _collect(self):
        self.ensure_one()
        chosen = {line._key(): line.new_user_id for line in self.line_ids}
        self.line_ids.unlink()
        lines = []
        for item in self._handover_items():
            key = (item["kind"], item.get("res_model"), item.get("res_id"))
            gives = bool(item.get("user_field"))
            lines.append(
                {
                    "handover_id": self.id,
                    "state": "open" if gives else "info",
                    "new_user_id": chosen.get(key, self.to_user_id).id if gives else False,
                    **item,
                }
            )
        self.env["bde.handover.line"].create(lines)

    def action_give(self):
        """Reassigns line by line, in batch; the successor gets a card and an activity.

        What cannot be reassigned stays in the list with its reason.

        :raises UserError: a successor has no role at the school
        """
        self._check_may_give()
        for handover in self:
            handover.action_collect()
            handover._check_successors()
            # sudo: the lines were made by the collection of this school; its right was checked
            handover.sudo().with_company(handover.company_id).line_ids._reassign()
            handover.sudo()._mark_given(self.env.user)
        return True

    def _mark_given(self, user):
        self.write({"state": "given", "given_on": fields.Datetime.now(), "given_by_id": user.id})
        self.activity_schedule(
            TO_DO,
            self.company_id._bde_today(),
            summary=self.env._("Read the handover of %(name)s", name=self.from_name),
            user_id=self.to_user_id.id,
        )

    def action_acknowledge(self):
        """The successor has read it: date and name are kept.

        :raises AccessError: for anybody else
        """
        for handover in self:
            if handover.to_user_id != self.env.user:
                raise AccessError(self.env._("The person who takes over acknowledges it."))
            if handover.state == "given":
                # sudo: a secretary who takes over reads handovers; she was checked above
                handover.sudo().write(
                    {
                        "state": "acknowledged",
                        "acknowledged_on": fields.Datetime.now(),
                        "acknowledged_name": self.env.user.name,
                    }
                )
                handover.sudo().activity_unlink([TO_DO], only_automated=False)
        return True

    def action_print(self):
        """The whole handover as one PDF."""
        self.ensure_one()
        return {
            "type": "ir.actions.act_url",
            "url": f"/bde/handover/{self.id}.pdf",
            "target": "new",
        }

    def _pack_pdf(self):
        """PDF of the handover, in the language of its reader.

        :rtype: bytes
        """
        self.ensure_one()
        self.check_access("read")
        kinds = dict(self.line_ids._fields["kind"]._description_selection(self.env))
        # sudo: names of persons whose account was closed; the handover was checked above
        handover = self.sudo()
        values = {
            "handover": handover,
            "lang": (self.env.lang or "fr").partition("_")[0],
            "sections": [
                (kinds[kind], lines) for kind, lines in handover.line_ids.grouped("kind").items()
            ],
            "css": stylesheet("bde_partnerships/static/src/css/handover.css"),
        }
        html = self.env["bde.document.mixin"]._render_page("bde_partnerships.handover_pack", values)
        return self.env["bde.document.version"]._render_html(html)


class BdeMembership(models.Model):
    _inherit = "bde.membership"

    def action_handover(self):
        """Prepares the handover of a colleague, even one whose role ended.

        The head opens it from the team; who takes over is asked first.
        """
        self.ensure_one()
        self.company_id._bde_check_user_is("head")
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Handover of %(name)s", name=self.user_id.name),
            "res_model": "bde.handover.start",
            "view_mode": "form",
            "target": "new",
            "context": {"default_membership_id": self.id},
        }
