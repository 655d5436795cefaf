import uuid
from datetime import timedelta

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Domain

from ..rules import turns
from .bde_document import IN_SIGNATURE

# Nobody gets two messages about the same thing within this time.
QUIET_HOURS = 20


class BdeDocumentSignature(models.Model):
    """What one party owes, or gave, on one version of a document."""

    _name = "bde.document.signature"
    _description = "Signature of a document"
    _inherit = ["bde.owned", "bde.yearly"]
    _order = "document_id desc, sequence, id"
    _rec_name = "name"
    _rec_names_search = ["name", "title"]
    # The journal says who did what: two columns and their keys less on the largest table.
    _log_access = False

    uuid = fields.Char(
        string="UUID",
        required=True,
        readonly=True,
        copy=False,
        default=lambda self: str(uuid.uuid4()),
    )
    document_id = fields.Many2one(
        "bde.document",
        required=True,
        readonly=True,
        index=True,
        ondelete="cascade",
        check_company=True,
    )
    version_id = fields.Many2one(
        "bde.document.version",
        required=True,
        readonly=True,
        index=True,
        ondelete="cascade",
        check_company=True,
    )
    school_year_id = fields.Many2one(index=False)  # second column of an index below
    is_current = fields.Boolean(
        readonly=True, default=True, help="On the current version of its document."
    )
    role = fields.Selection(
        [
            ("host", "Company"),
            ("tutor", "Tutor"),
            ("student", "Pupil"),
            ("guardian", "Legal representative"),
            ("referent", "Referent teacher"),
            ("head", "Head of school"),
        ],
        required=True,
        readonly=True,
    )
    quality = fields.Char(string="In the capacity of", readonly=True)
    party_uuid = fields.Char(required=True, readonly=True)
    sequence = fields.Integer(readonly=True, default=10)
    required = fields.Boolean(
        readonly=True, default=True, help="Otherwise acknowledges, and stops nobody."
    )
    name = fields.Char(string="Person", required=True, readonly=True)
    email = fields.Char(readonly=True)
    phone = fields.Char(readonly=True)
    lang = fields.Char(readonly=True)
    user_id = fields.Many2one(
        "res.users", string="Signs in session", readonly=True, index="btree_not_null"
    )
    partner_id = fields.Many2one("res.partner", readonly=True, index="btree_not_null")
    signer_key = fields.Char(required=True, readonly=True)
    person_ref = fields.Char(
        readonly=True, help="Which person it is, however the name is spelled and reached."
    )
    alternative = fields.Char(
        readonly=True, help="Parties of one value: the signature of one of them is enough."
    )
    referent_user_id = fields.Many2one("res.users", readonly=True, index="btree_not_null")
    # Copies of the document's, so that lists group without a join.
    title = fields.Char(string="About", readonly=True)
    group_label = fields.Char(string="Class", readonly=True)
    batch_label = fields.Char(string="Period", readonly=True)
    deadline = fields.Date(related="document_id.deadline")
    document_state = fields.Selection(related="document_id.state", string="State of the document")

    state = fields.Selection(
        [
            ("waiting", "Not yet his turn"),
            ("to_sign", "Has to sign"),
            ("signed", "Signed"),
            ("acknowledged", "Acknowledged"),
            ("refused", "Refused"),
            ("void", "Void"),
        ],
        required=True,
        readonly=True,
        default="waiting",
    )
    since = fields.Datetime(readonly=True, help="Since when it is this person's turn.")
    since_days = fields.Integer(string="Days", compute="_compute_since_days")
    notified_on = fields.Datetime(string="Last message", readonly=True)
    unreachable = fields.Boolean(
        string="No address",
        readonly=True,
        help="Neither an e-mail nor a phone that we can write to.",
    )
    reminded_on = fields.Datetime(readonly=True)
    reminder_count = fields.Integer(string="Reminders", readonly=True)
    refusal_reason = fields.Text(string="Reason of the refusal", readonly=True)

    signed_on = fields.Datetime(string="Signed on", readonly=True)
    method = fields.Selection(
        [
            ("drawn", "Drawn, confirmed by a code"),
            ("typed", "Typed, confirmed by a code"),
            ("session", "In session, signed in"),
            ("button", "Acknowledged by the personal link"),
            ("tablet", "In person, on a device of the school"),
            ("paper", "On paper, recorded by the school"),
        ],
        string="How",
        readonly=True,
    )
    signed_name = fields.Char(string="Name as signed", readonly=True)
    signed_by_id = fields.Many2one(
        "res.users", string="Signed in by", readonly=True, index="btree_not_null"
    )
    by_delegation = fields.Boolean(readonly=True, help="A delegate signed for the head.")
    image = fields.Binary(string="Drawing", readonly=True, attachment=True)
    masked_ip = fields.Char(string="Network", readonly=True)
    code_channel = fields.Selection([("email", "E-mail"), ("sms", "SMS")], readonly=True)
    witness_id = fields.Many2one(
        "res.users",
        string="Seen or recorded by",
        readonly=True,
        index="btree_not_null",
        help="Who saw the person sign, or recorded the paper.",
    )
    paper_date = fields.Date(string="Date on the paper", readonly=True)
    scan_id = fields.Many2one(
        "bde.paper.scan",
        string="Scanned page",
        readonly=True,
        index="btree_not_null",
        ondelete="restrict",
        check_company=True,
        help="The page on which this person signed.",
    )
    scan_sha256 = fields.Char(string="Hash of the scan", readonly=True)
    kept_from_id = fields.Many2one(
        "bde.document.signature",
        string="Given on an earlier version",
        readonly=True,
        index="btree_not_null",
        ondelete="restrict",
        check_company=True,
        help="The signature that the person gave; what changed since does not concern it.",
    )

    is_mine = fields.Boolean(
        string="For me to sign", compute="_compute_is_mine", search="_search_is_mine"
    )

    _signer_idx = models.Index("(signer_key, company_id)")
    _company_year_state_idx = models.Index("(company_id, school_year_id, state)")
    _to_sign_idx = models.Index("(company_id, since) WHERE state = 'to_sign'")
    _unnotified_idx = models.Index("(id) WHERE state = 'to_sign' AND notified_on IS NULL")

    # ------------------------------------------------------------
    # COMPUTES
    # ------------------------------------------------------------

    @api.depends("since", "state")
    def _compute_since_days(self):
        now = fields.Datetime.now()
        for signature in self:
            waits = signature.state == "to_sign" and signature.since
            signature.since_days = (now - signature.since).days if waits else 0

    @api.depends_context("uid")
    @api.depends("user_id", "state", "role", "company_id")
    def _compute_is_mine(self):
        for signature in self:
            signature.is_mine = (
                signature.state == "to_sign"
                and signature._may_sign(self.env.user)
                # sudo: whether it is being corrected, whoever may read the document itself
                and not signature.sudo().document_id.correcting_since
            )

    def _search_is_mine(self, operator, value):
        if operator != "in":
            return NotImplemented
        schools = self.env.user.company_ids.filtered(lambda c: c._bde_may_sign(self.env.user))
        mine = Domain("user_id", "=", self.env.uid) & Domain("role", "!=", "head")
        mine |= Domain("role", "=", "head") & Domain("company_id", "in", schools.ids)
        mine &= Domain("state", "=", "to_sign")
        # nobody can sign what the school is correcting; whoever may read the document itself
        mine &= Domain("document_id", "any!", [("correcting_since", "=", False)])
        return mine if True in value else ~mine

    def _column(self, name):
        """Value of a field as it is stored: the id of a many2one."""
        value = self[name]
        return (value.id or False) if isinstance(value, models.BaseModel) else value

    def _role_label(self):
        """Role in the language of the environment, with the capacity when it is known."""
        self.ensure_one()
        label = dict(self._fields["role"]._description_selection(self.env))[self.role]
        quality = (self.quality or "").replace("’", "'")
        # "Chef d'établissement" is enough, once
        return f"{label} ({self.quality})" if quality not in ("", label) else label

    def _may_sign(self, user):
        """Whether a user may sign this in session: the party, the head or his delegate."""
        self.ensure_one()
        if self.role == "head":
            return self.company_id._bde_may_sign(user)
        return self.user_id == user

    # ------------------------------------------------------------
    # TURNS
    # ------------------------------------------------------------

    @api.model
    def _open_turns(self, documents):
        """Gives their turn to those whose turn has come, and sends them their link."""
        current = self.search([("document_id", "in", documents.ids), ("is_current", "=", True)])
        started = self.browse()
        for signatures in current.grouped("document_id").values():
            positions = turns.ready(signatures._turn_rows())
            started += self.union(*(signatures[position] for position in positions))
        started.write({"state": "to_sign", "since": fields.Datetime.now()})
        self.env["bde.delivery"]._deliver(started)

    def _turn_rows(self):
        """What the rule of turns reads of each of these signatures."""
        return [(s.sequence, s.required, s.state, s.alternative or None) for s in self]

    def _lock_for_signing(self):
        """Locks the documents and forgets what was read before."""
        self.document_id._lock()
        self.invalidate_recordset()

    def _check_turn(self):
        """The signatures still to give among these; the ones given already are left out.

        A double click or a replayed request thus signs once.

        :raises UserError: for an old version, a stopped document, or somebody's else turn
        """
        done = self.filtered(lambda s: s.is_current and s.state in turns.DONE)
        todo = self - done
        if any(not s.is_current or s.version_id != s.document_id.version_id for s in todo):
            raise UserError(
                self.env._("This document has changed since: read its current version, then sign.")
            )
        if any(s.document_id.correcting_since for s in todo):
            raise UserError(
                self.env._(
                    "The school is correcting this document: you will receive the new version."
                )
            )
        if any(s.document_id.state not in IN_SIGNATURE or s.state == "void" for s in todo):
            raise UserError(self.env._("This document is not to be signed any more."))
        if any(s.state != "to_sign" for s in todo):
            raise UserError(self.env._("It is not yet your turn to sign."))
        return todo

    # ------------------------------------------------------------
    # REMINDING
    # ------------------------------------------------------------

    def action_remind(self):
        """Sends a fresh link to these people, one message each for all their documents.

        Nobody gets two messages within a day's work (20 hours).

        :return: a notification that says how many were sent, and how many were not and why
        """
        self.check_access("read")
        # sudo: roles do not write signatures; the caller may read these
        waiting = self.sudo().filtered(lambda s: s.state == "to_sign")
        limit = fields.Datetime.now() - timedelta(hours=QUIET_HOURS)
        recent = waiting.filtered(lambda s: s.notified_on and s.notified_on > limit)
        sent = self.env["bde.delivery"]._deliver(waiting - recent, reminder=True)
        # who only acknowledges (a minor) keeps nobody waiting
        missed = (waiting - recent - sent).filtered(lambda s: s.required and not s.user_id)
        parts = [self.env._("%(count)s reminders sent.", count=len(sent))]
        if recent:
            parts.append(
                self.env._("%(count)s had a message less than a day ago.", count=len(recent))
            )
        if missed:
            names = ", ".join(sorted(set(missed.mapped("name"))))
            parts.append(self.env._("No address for: %(names)s.", names=names))
        return {
            "type": "ir.actions.client",
            "tag": "display_notification",
            "params": {
                "message": " ".join(parts),
                "type": "warning" if missed else "success",
                "next": {"type": "ir.actions.act_window_close"},
            },
        }

    def action_open_pdf(self):
        """Opens the PDF that this person has to sign or has signed."""
        self.ensure_one()
        self.check_access("read")
        # sudo: who signs reads what he signs, also when the document itself is not his
        [document] = self.sudo().document_id._as_engine()
        return document.action_open_pdf()
