from datetime import timedelta

from odoo import SUPERUSER_ID, api, fields, models
from odoo.exceptions import UserError

from .bde_document import IN_SIGNATURE

ANSWERS_PER_DAY = 10
TEXT_LENGTH = 1000
# What the person who signs may tell; the rest is noticed by the engine itself.
KINDS = ("not_me", "no_authority", "change")
USER_FIELDS = {"outcome", "name", "email", "phone"}
TO_DO = "mail.mail_activity_data_todo"


class BdeDocumentAnswer(models.Model):
    """What a signer answers instead of signing: a task for the bureau or the referent.

    "It is not me", "I may not sign for the company", "change this". Made by the signing page
    alone; closed by whoever has done what it takes, which tells the person.
    """

    _name = "bde.document.answer"
    _description = "Answer of a signer"
    _inherit = ["bde.owned", "mail.thread", "mail.activity.mixin"]
    _order = "state desc, id desc"
    _rec_name = "person"

    signature_id = fields.Many2one(
        "bde.document.signature",
        required=True,
        readonly=True,
        index=True,
        ondelete="cascade",
        check_company=True,
    )
    document_id = fields.Many2one(
        "bde.document",
        required=True,
        readonly=True,
        index=True,
        ondelete="cascade",
        check_company=True,
    )
    # Copies of the signature's: it is retired when a new version is made.
    signer_key = fields.Char(readonly=True)
    person = fields.Char(required=True, readonly=True)
    role = fields.Selection(related="signature_id.role")
    title = fields.Char(string="About", readonly=True)
    group_label = fields.Char(string="Class", readonly=True)
    referent_user_id = fields.Many2one("res.users", readonly=True, index="btree_not_null")
    user_id = fields.Many2one(
        "res.users", string="For", readonly=True, index="btree_not_null", help="Who is asked."
    )
    kind = fields.Selection(
        [
            ("not_me", "It is not me"),
            ("no_authority", "May not sign"),
            ("change", "Asks for a change"),
            ("locked", "Too many wrong codes"),
        ],
        string="Answer",
        required=True,
        readonly=True,
    )
    text = fields.Text(string="What the person says", readonly=True)
    name = fields.Char(string="Who may sign")
    email = fields.Char(string="E-mail of who may sign")
    phone = fields.Char(string="Phone of who may sign")
    state = fields.Selection(
        [("open", "To do"), ("done", "Done")], required=True, readonly=True, default="open"
    )
    outcome = fields.Text(
        string="Your answer", help="Sent to the person by e-mail when you close this."
    )
    done_on = fields.Datetime(readonly=True)
    done_by_id = fields.Many2one("res.users", string="Done by", readonly=True)
    correcting = fields.Boolean(
        readonly=True, help="The correction that it asks for is open; sending it closes this."
    )
    is_signature_open = fields.Boolean(compute="_compute_is_signature_open")

    _open_idx = models.Index("(company_id, user_id) WHERE state = 'open'")
    _signer_idx = models.Index("(company_id, signer_key, create_date)")

    @api.depends("document_id.state")
    def _compute_is_signature_open(self):
        for answer in self:
            answer.is_signature_open = answer.document_id.state in IN_SIGNATURE

    # ------------------------------------------------------------
    # CRUD
    # ------------------------------------------------------------

    def write(self, vals):
        if not self.env.su and (forbidden := vals.keys() - USER_FIELDS - self._mail_fields()):
            raise UserError(
                self.env._(
                    "These fields change by the actions of the answer only: %(names)s",
                    names=", ".join(sorted(forbidden)),
                )
            )
        return super().write(vals)

    @api.model
    def _mail_fields(self):
        """Fields that activities and followers write."""
        return {name for name in self._fields if name.startswith(("activity_", "message_", "my_"))}

    # ------------------------------------------------------------
    # MAKING
    # ------------------------------------------------------------

    @api.model
    def _record(self, kind, signatures, values, proof=None):
        """Notes what a person answers on some of his documents; one task for each.

        Called in sudo by the signing page, which checked the link. The same answer sent twice
        is noted once.

        :param str kind: of ``KINDS``, or ``locked``
        :param signatures: of one person at one school
        :param dict values: ``text``, ``name``, ``email``, ``phone`` as typed
        :param dict proof: where it comes from, for the journal
        :raises UserError: when something is missing, or for too many answers
        :return: the answers, those that stood already included
        """
        signatures.document_id._lock()
        values = self._clean(kind, values)
        known = self.search(
            [
                ("signature_id", "in", signatures.ids),
                ("kind", "=", kind),
                ("state", "=", "open"),
            ]
        ).filtered(lambda answer: (answer.text or "") == (values["text"] or ""))
        todo = signatures - known.signature_id
        if not todo:
            return known
        self._check_rate(todo, kind)
        answers = self.with_context(mail_create_nosubscribe=True, mail_create_nolog=True).create(
            [signature._answer_vals(kind) | values for signature in todo]
        )
        answers._log_answered(proof)
        answers._schedule()
        return known + answers

    @api.model
    def _clean(self, kind, values):
        """What was typed, cut to what fits, with what each kind asks for.

        :raises UserError: names what is missing
        """
        limits = {"text": TEXT_LENGTH, "name": 120, "email": 120, "phone": 40}
        clean = {
            name: (values.get(name) or "").strip().replace("\0", "")[:limit] or False
            for name, limit in limits.items()
        }
        if kind == "change" and not clean["text"]:
            raise UserError(self.env._("Say in a few words what should be changed."))
        if kind == "no_authority" and not clean["name"]:
            raise UserError(self.env._("Give the name of the person who may sign."))
        if clean["email"] and "@" not in clean["email"]:
            raise UserError(self.env._("This is not an e-mail address: look at it again."))
        return clean

    @api.model
    def _check_rate(self, signatures, kind):
        """A person writes some answers a day, whatever holds his link."""
        since = fields.Datetime.now() - timedelta(days=1)
        count = self.search_count(
            [
                ("company_id", "in", signatures.company_id.ids),
                ("signer_key", "in", signatures.mapped("signer_key")),
                ("create_date", ">", since),
            ]
        )
        if kind in KINDS and count + len(signatures) > max(ANSWERS_PER_DAY, len(signatures)):
            raise UserError(self.env._("Many answers were sent today already: call the school."))

    def _log_answered(self, proof):
        """States in the journal what was answered; what was typed is in its erasable part."""
        self.env["bde.journal"]._append(
            [
                (
                    answer.document_id,
                    "answered",
                    {"signature": answer.signature_id.uuid, "kind": answer.kind},
                    {
                        "name": answer.person,
                        "text": answer.text or "",
                        "signer": " ".join(filter(None, (answer.name, answer.email, answer.phone))),
                    }
                    | (proof or {}),
                )
                for answer in self
            ]
        )

    def _schedule(self):
        """Puts each answer on somebody's list of things to do."""
        # no mail for each: the home screen counts them; by nobody: staff do not read the public
        # user, who stands for people with a link
        quiet = self.with_user(SUPERUSER_ID).with_context(mail_activity_quick_update=True)
        for user, answers in quiet.filtered("user_id").grouped("user_id").items():
            labels = dict(
                self._fields["kind"]._description_selection(
                    self.with_context(lang=user.lang or self.env.lang).env
                )
            )
            for kind, batch in answers.grouped("kind").items():
                batch.activity_schedule(
                    TO_DO,
                    batch.company_id._bde_today(),
                    summary=labels[kind],
                    user_id=user.id,
                )

    # ------------------------------------------------------------
    # DOING
    # ------------------------------------------------------------

    def action_done(self):
        """Closes the answers, and tells the persons what was written for them.

        :raises UserError: for an answer to "change this" that says nothing
        """
        self.check_access("write")
        todo = self.filtered(lambda answer: answer.state == "open")
        if any(answer.kind == "change" and not answer.outcome for answer in todo):
            raise UserError(self.env._("Write what you answer: the person who asked reads it."))
        todo._close()
        return True

    def _close(self, outcome=None):
        """Done: the activities go, the persons are told."""
        # sudo: fields that the verbs alone write; the caller checked the right
        answers = self.sudo().filtered(lambda answer: answer.state == "open")
        values = {
            "state": "done",
            "done_on": fields.Datetime.now(),
            "done_by_id": self.env.uid,
        }
        for answer in answers:
            answer.write(values | ({"outcome": outcome} if outcome else {}))
        answers.activity_unlink([TO_DO], only_automated=False)
        self.env["bde.delivery"]._tell_answered(answers)
