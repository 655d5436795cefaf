import secrets
import uuid
from collections import defaultdict

from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError
from odoo.tools import SQL

STATES = [
    ("draft", "Draft"),
    ("to_check", "To check"),
    ("to_sign", "To sign"),
    ("partly_signed", "Partly signed"),
    ("signed", "Signed"),
    ("running", "Running"),
    ("ended", "Ended"),
    ("attested", "Attested"),
    ("closed", "Closed"),
    ("refused", "Refused"),
    ("cancelled", "Cancelled"),
    ("interrupted", "Interrupted"),
]
EDITABLE = ("draft", "to_check")
IN_SIGNATURE = ("to_sign", "partly_signed")
SIGNED = ("signed", "running", "ended", "attested", "closed", "interrupted")
# What a user may write himself; the rest belongs to the engine.
USER_FIELDS = {"deadline", "template_id", "lang", "company_id", "school_year_id"}
DEFAULT_SEQUENCE = 10


class BdeDocument(models.Model):
    """The engine's side of what is signed: number, state, versions, signatures, seal.

    Concrete models inherit it by delegation through ``bde.document.mixin``. Verbs work on
    one or many documents in a constant number of queries.
    """

    _name = "bde.document"
    _description = "Document"
    _inherit = ["bde.owned", "bde.yearly"]
    _order = "id desc"
    _rec_name = "number"
    _rec_names_search = ["number", "title"]

    uuid = fields.Char(
        string="UUID",
        required=True,
        readonly=True,
        copy=False,
        default=lambda self: str(uuid.uuid4()),
    )
    number = fields.Char(required=True, readonly=True, copy=False, help="UAI-year-serial.")
    kind = fields.Selection([("document", "Document")], default="document", readonly=True)
    title = fields.Char(readonly=True)
    group_label = fields.Char(string="Class", readonly=True)
    batch_label = fields.Char(string="Period", readonly=True)
    res_model = fields.Char(readonly=True)
    res_id = fields.Many2oneReference(
        model_field="res_model", readonly=True, index="btree_not_null"
    )
    lang = fields.Char(default="fr_FR", required=True)
    template_id = fields.Many2one(
        "bde.document.template", index="btree_not_null", ondelete="restrict", check_company=True
    )
    state = fields.Selection(STATES, required=True, readonly=True, default="draft", copy=False)
    state_since = fields.Datetime(readonly=True, default=fields.Datetime.now, copy=False)
    state_reason = fields.Char(string="Reason", readonly=True, copy=False)
    correcting_since = fields.Datetime(
        string="Being corrected since",
        readonly=True,
        copy=False,
        help="Its terms are open and nobody can sign until the correction is sent.",
    )
    correcting_reason = fields.Char(string="What is corrected", readonly=True, copy=False)
    deadline = fields.Date(string="Sign before")
    referent_user_id = fields.Many2one(
        "res.users", string="Referent teacher", readonly=True, index="btree_not_null"
    )

    version_id = fields.Many2one(
        "bde.document.version",
        string="Current version",
        check_company=True,
        readonly=True,
        copy=False,
        index="btree_not_null",
        ondelete="restrict",
    )
    version_ids = fields.One2many("bde.document.version", "document_id", readonly=True)
    version_count = fields.Integer(
        related="version_id.serial", string="Number of versions", related_sudo=False
    )
    signature_ids = fields.One2many(
        related="version_id.signature_ids", string="Signatures", related_sudo=False
    )
    signature_count = fields.Integer(string="To sign", readonly=True, copy=False)
    signed_count = fields.Integer(string="Signed by", readonly=True, copy=False)
    journal_ids = fields.One2many("bde.journal", "document_id", readonly=True)
    journal_fault = fields.Char(
        readonly=True, copy=False, help="What the last check of the journal found wrong."
    )

    check_token = fields.Char(
        required=True,
        readonly=True,
        copy=False,
        default=lambda self: secrets.token_urlsafe(16),
        help="In the QR code: opens the verification page and nothing else.",
    )
    seal_state = fields.Selection(
        [
            ("none", "Not yet"),
            ("pending", "Waiting for its seal"),
            ("no_key", "The school has no key"),
            ("failed", "Seal failed"),
            ("done", "Sealed"),
        ],
        string="Seal",
        required=True,
        readonly=True,
        default="none",
        copy=False,
    )
    seal_error = fields.Char(string="Why it is not sealed", readonly=True, copy=False)
    seal_tries = fields.Integer(readonly=True, copy=False)
    seal_after = fields.Datetime(readonly=True, copy=False)
    sealed_attachment_id = fields.Many2one(
        "ir.attachment",
        string="Sealed PDF",
        readonly=True,
        copy=False,
        ondelete="restrict",
        index="btree_not_null",
    )
    sealed_sha256 = fields.Char(readonly=True, copy=False)
    sealed_on = fields.Datetime(string="Sealed on", readonly=True, copy=False)
    copies_sent_on = fields.Datetime(string="Copies sent on", readonly=True, copy=False)

    _number_uniq = models.UniqueIndex("(number)")
    _check_token_uniq = models.UniqueIndex("(check_token)")
    _company_state_idx = models.Index("(company_id, school_year_id, state)")
    _seal_idx = models.Index("(seal_after, id) WHERE seal_state IN ('pending', 'no_key', 'failed')")
    _copies_idx = models.Index("(id) WHERE seal_state = 'done' AND copies_sent_on IS NULL")
    _fault_idx = models.Index("(company_id) WHERE journal_fault IS NOT NULL")

    @api.depends("number", "title")
    def _compute_display_name(self):
        for document in self:
            document.display_name = " · ".join(filter(None, (document.number, document.title)))

    # ------------------------------------------------------------
    # CRUD
    # ------------------------------------------------------------

    @api.model_create_multi
    def create(self, vals_list):
        """Numbers the documents: one query for all those of a school."""
        by_company = defaultdict(list)
        for vals in vals_list:
            by_company[vals.get("company_id") or self.env.company.id].append(vals)
        for company_id, company_vals in by_company.items():
            company = self.env["res.company"].browse(company_id)
            numbers = company._bde_next_serials(len(company_vals))
            current = self.env["bde.school.year"]._current(company)
            for vals, serial in zip(company_vals, numbers, strict=True):
                year = self.env["bde.school.year"].browse(vals.get("school_year_id")) or current
                start = year.sudo().date_start  # sudo: the year of the académie, for its digits
                vals["number"] = f"{company._bde_number_prefix()}-{start.year}-{serial:06d}"
        return super().create(vals_list)

    def write(self, vals):
        self._check_engine_fields(vals)
        if {"template_id", "lang"} & vals.keys() and any(d.state not in EDITABLE for d in self):
            raise UserError(self.env._("Take the document back to draft before changing it."))
        return super().write(vals)

    def _store_each(self, rows):
        """Writes other values on each document in one statement.

        For columns of the engine, whose values it made itself: nothing is checked again.

        :param dict rows: {document id: {field name: column value}}, of one shape
        """
        names = list(next(iter(rows.values())))
        self.flush_recordset(names)
        self.env.execute_query(
            SQL(
                "UPDATE bde_document SET %s FROM (VALUES %s) AS row (id, %s)"
                " WHERE bde_document.id = row.id RETURNING bde_document.id",
                SQL(", ").join(
                    SQL(
                        "%s = %s::%s",
                        SQL.identifier(name),
                        SQL.identifier("row", name),
                        SQL(self._fields[name].column_type[1]),
                    )
                    for name in names
                ),
                SQL(", ").join((row_id, *row.values()) for row_id, row in rows.items()),
                SQL(", ").join(map(SQL.identifier, names)),
            )
        )
        self.invalidate_recordset(names)
        self.modified(names)

    def _check_engine_fields(self, names):
        """Refuses what only the verbs of the engine may set, whatever road it comes by."""
        forbidden = set(names) - USER_FIELDS
        if forbidden and not self.env.su:
            raise AccessError(
                self.env._(
                    "These fields change by the actions of the document only: %(names)s",
                    names=", ".join(sorted(forbidden)),
                )
            )

    def _check_unlink(self):
        """A document that went out stays: cancel it."""
        if any(d.state not in EDITABLE or d.journal_fault for d in self) or (
            self.env["bde.document.version"].sudo().search_count([("document_id", "in", self.ids)])
        ):
            raise UserError(
                self.env._("A document that has a version cannot be removed: cancel it instead.")
            )

    @api.ondelete(at_uninstall=False)
    def _unlink_only_drafts(self):
        self._check_unlink()

    # ------------------------------------------------------------
    # LOCKS, HOOKS
    # ------------------------------------------------------------

    @api.model
    def _lock_rows(self, records):
        """Waits for the rows and locks them in the order of their ids.

        Unlike ``lock_for_update``, which gives up at once: two people who sign in the same
        second both get through, one after the other. When the first one changed a row, the
        database refuses the second transaction and Odoo runs it again on fresh data.
        """
        if records:
            records.flush_recordset()
            self.env.cr.execute(
                SQL(
                    "SELECT id FROM %s WHERE id = ANY(%s) ORDER BY id FOR NO KEY UPDATE",
                    SQL.identifier(records._table),
                    records.ids,
                ),
                # Losing against another signer is no error: the request is run again.
                log_exceptions=False,
            )
            records.invalidate_recordset()

    def _lock(self):
        """Makes other transactions on the same documents wait for this one."""
        self._lock_rows(self)

    def _as_engine(self):
        """The documents in sudo, each school's in its own company.

        :return: list of recordsets, one per school and language
        """
        # sudo: the engine writes what no role may write; callers checked access or a token
        documents = self.sudo()
        groups = documents.grouped(lambda d: (d.company_id, d.lang))
        return [
            batch.with_company(company).with_context(
                allowed_company_ids=company.ids, lang=lang, tz=company.bde_tz
            )
            for (company, lang), batch in groups.items()
        ]

    def _check_staff(self):
        """Verbs are for those who may write the documents."""
        self.check_access("write")

    def _kind_label(self):
        """What it is called, in the language of the environment: a convention."""
        self.ensure_one()
        return dict(self._fields["kind"]._description_selection(self.env))[self.kind]

    def _concrete(self):
        """The concrete records of these documents, as {model: records} in the same order."""
        ids = defaultdict(list)
        for document in self:
            if document.res_model in self.env and document.res_id:
                ids[document.res_model].append(document.res_id)
        return {model: self.env[model].browse(values) for model, values in ids.items()}

    def _concrete_one(self):
        """The concrete record of one document."""
        self.ensure_one()
        return self.env[self.res_model].browse(self.res_id)

    def _concrete_by_document(self):
        """Concrete record of each document; the records share one prefetch."""
        by_key = {
            (model, record.id): record
            for model, records in self._concrete().items()
            for record in records
        }
        return {document: by_key[document.res_model, document.res_id] for document in self}

    def _set_state(self, state, reason=None):
        """Moves documents to a state and tells the concrete records.

        :param str reason: shown to staff and parties; forgotten when None
        """
        for old, documents in self.filtered(lambda d: d.state != state).grouped("state").items():
            documents.sudo().write(
                {"state": state, "state_since": fields.Datetime.now(), "state_reason": reason}
            )
            for records in documents._concrete().values():
                records._document_state_changed(old, state)

    def _log(self, event, payload=None, detail=None):
        """One journal event for each of these documents."""
        actor = self._actor()
        self.env["bde.journal"]._append(
            [(document, event, payload or {}, (detail or {}) | actor) for document in self]
        )

    @api.model
    def _actor(self):
        """Who acts, for the erasable part of the journal."""
        user = self.env.user
        return {} if user._is_public() or user._is_superuser() else {"user": user.login}

    # ------------------------------------------------------------
    # OPENING
    # ------------------------------------------------------------

    def action_open_document(self):
        """Opens versions, signatures and journal of one document, whatever it is about."""
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "res_model": self._name,
            "res_id": self.id,
            "view_mode": "form",
        }

    def action_open_record(self):
        """Opens the record that is signed: the convention, the agreement."""
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "res_model": self.res_model,
            "res_id": self.res_id,
            "view_mode": "form",
        }

    def _open_attachment(self, attachment):
        return {
            "type": "ir.actions.act_url",
            "url": f"/web/content/{attachment.id}?download=false",
            "target": "new",
        }

    def action_open_pdf(self):
        """Opens the sealed PDF, else that of the current version, rendered if needed."""
        self.ensure_one()
        self.check_access("read")
        [document] = self._as_engine()
        if not document.version_id:
            raise UserError(self.env._("This document has no version yet."))
        if not document.sealed_attachment_id:
            document.version_id._ensure_pdf()
        return self._open_attachment(
            document.sealed_attachment_id or document.version_id.pdf_attachment_id
        )
