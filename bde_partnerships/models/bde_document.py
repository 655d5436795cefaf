import secrets
import uuid
from collections import defaultdict

from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError
from odoo.tools import SQL

from ..rules import turns
from ..rules.canonical import canonical, sha256_hex
from ..rules.signer import signer_key
from .bde_document_version import CONTENT_SCHEMA

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
    # VERSIONS
    # ------------------------------------------------------------

    def action_make_version(self):
        """Makes the wording that will be signed, to check before it is sent."""
        self._check_staff()
        self._make_version()
        return True

    def _make_version(self):
        """New version of each document: content, hash, expected signatures; state to check.

        The PDF is rendered by a job, or when somebody opens it, and always before the first
        signature. Constant queries.

        :raises UserError: for documents that are not drafts
        """
        for documents in self._as_engine():
            documents._lock()
            if any(document.state not in EDITABLE for document in documents):
                raise UserError(self.env._("Only a draft gets a new version."))
            documents._store_versions()
        self._trigger_job("ir_cron_render")

    def _build_contents(self):
        """Canonical text of what each document says now.

        :return: {document: text}
        """
        base_url = self.env["bde.link"]._base_url()
        contents = {}
        for document, record in self._concrete_by_document().items():
            content = dict(record._document_content())
            content |= {
                "schema": CONTENT_SCHEMA,
                "document": document.uuid,
                "number": document.number,
                "kind": document.kind,
                "lang": document.lang,
                "tz": document.company_id.bde_tz,
                "template_version": (
                    document.template_id._version_label() if document.template_id else ""
                ),
                "check_url": f"{base_url}/bde/v/{document.check_token}",
            }
            contents[document] = canonical(content)
        return contents

    def _store_versions(self):
        contents = self._build_contents()
        parties = {
            document: record._document_parties()
            for document, record in self._concrete_by_document().items()
        }
        versions = self.env["bde.document.version"].create(
            [
                {
                    "document_id": document.id,
                    "company_id": document.company_id.id,
                    "serial": document.version_id.serial + 1,
                    "template_id": document.template_id.id,
                    "lang": document.lang,
                    "reason": document.state_reason,
                    "content": text,
                    "content_sha256": sha256_hex(text),
                    "referent_user_id": referent_of(parties[document]),
                }
                for document, text in contents.items()
            ]
        )
        self._retire_signatures()
        rows = {}
        for document, version in zip(contents, versions, strict=True):
            labels = document._concrete_one()._document_labels()
            rows[document.id] = {
                "version_id": version.id,
                "title": labels.get("title") or None,
                "group_label": labels.get("group_label") or None,
                "batch_label": labels.get("batch_label") or None,
                "referent_user_id": version.referent_user_id.id or None,
                "signature_count": count_to_sign(parties[document]),
                "signed_count": 0,
            }
        self._store_each(rows)
        signatures = []
        for document in contents:
            signatures += document._signatures_vals(parties[document])
        self.env["bde.document.signature"].create(signatures)
        self.env["bde.journal"]._append(
            [
                (
                    document,
                    "version",
                    {
                        "serial": document.version_id.serial,
                        "content_sha256": document.version_id.content_sha256,
                    },
                    self._actor(),
                )
                for document in contents
            ]
        )
        self._set_state("to_check")

    def _retire_signatures(self):
        """Signatures of the version before: kept as they are, open ones void."""
        old = self.env["bde.document.signature"].search(
            [("document_id", "in", self.ids), ("is_current", "=", True)]
        )
        if old:
            old.filtered(lambda s: s.state in turns.OPEN).write({"state": "void"})
            old.write({"is_current": False})

    def _signatures_vals(self, parties):
        """Values of the signatures that the parties owe on the current version."""
        self.ensure_one()
        common = {
            "document_id": self.id,
            "version_id": self.version_id.id,
            "company_id": self.company_id.id,
            "school_year_id": self.school_year_id.id,
            "title": self.title,
            "group_label": self.group_label,
            "batch_label": self.batch_label,
            "referent_user_id": self.referent_user_id.id,
        }
        return [common | self._party_vals(party) for party in parties]

    def _party_vals(self, party):
        """Who signs: the part of a signature's values that comes from a party."""
        email, phone = party.get("email") or False, party.get("phone") or False
        key = signer_key(party["name"], email, phone, fallback=party["uuid"])
        return {
            "role": party["role"],
            "quality": party.get("quality") or False,
            "party_uuid": party["uuid"],
            "sequence": party.get("sequence", DEFAULT_SEQUENCE),
            "required": party.get("required", True),
            "name": party["name"],
            "email": email,
            "phone": phone,
            "user_id": party.get("user_id") or False,
            "partner_id": party.get("partner_id") or False,
            "lang": party.get("lang") or self.lang,
            "signer_key": key,
            "person_ref": person_ref(party, key),
            "alternative": party.get("alternative") or False,
        }

    # ------------------------------------------------------------
    # SENDING
    # ------------------------------------------------------------

    def action_send(self):
        """Sends documents for signature: links go to those whose turn it is.

        What is sent is what the records say now: a document whose content changed since its
        version gets a new one first. Documents already in signature are left alone.

        :raises UserError: for one that is over, or that nobody has to sign
        """
        self._check_staff()
        for documents in self._as_engine():
            documents._lock()
            documents._send()
        return True

    def _send(self):
        todo = self.filtered(lambda d: d.state not in IN_SIGNATURE)
        if any(document.state not in EDITABLE for document in todo):
            raise UserError(self.env._("Only a draft or a checked document can be sent."))
        contents = todo._build_contents()
        stale = todo.filtered(
            lambda d: d.version_id.content_sha256 != sha256_hex(contents[d]) or d.state == "draft"
        )
        if stale:
            stale._store_versions()
        (todo - stale)._refresh_parties()
        unsigned = todo.filtered(lambda d: not d.signature_count)
        if unsigned:
            raise UserError(
                self.env._(
                    "Nobody has to sign: %(documents)s",
                    documents=", ".join(unsigned.mapped("display_name")),
                )
            )
        todo._log("sent")
        todo._set_state("to_sign")
        self.env["bde.document.signature"]._open_turns(todo)
        self._trigger_job("ir_cron_render")

    def _refresh_parties(self):
        """Addresses as they are now; they are not part of what is signed."""
        for document, record in self._concrete_by_document().items():
            by_uuid = {
                (party["role"], party["uuid"]): document._party_vals(party)
                for party in record._document_parties()
            }
            for signature in document.signature_ids:
                vals = by_uuid.get((signature.role, signature.party_uuid))
                changed = {
                    name: value
                    for name in ("email", "phone", "user_id", "signer_key", "sequence")
                    if vals and signature._column(name) != (value := vals[name])
                }
                if changed:
                    signature.write(changed)

    def action_remind(self):
        """Sends a fresh link to everybody whose turn it is; at most one a day each."""
        # Teachers follow their own documents: reminding needs no right to write.
        self.check_access("read")
        # sudo: to reach signatures of documents that the user may read
        signatures = self.sudo().signature_ids.filtered(lambda s: s.state == "to_sign")
        return signatures.with_env(self.env).action_remind()

    # ------------------------------------------------------------
    # BACK, CANCEL
    # ------------------------------------------------------------

    def action_back_to_draft(self, reason=None):
        """Opens documents for correction; all sign the new version.

        Links stay good: they lead to the current version.

        :param str reason: shown to those who had signed
        :raises UserError: once all have signed, or when cancelled
        """
        self._check_staff()
        for documents in self._as_engine():
            documents._lock()
            documents = documents.filtered(lambda d: d.state != "draft")
            if any(d.state not in (*IN_SIGNATURE, "to_check", "refused") for d in documents):
                raise UserError(
                    self.env._("After the last signature a document does not go back to draft.")
                )
            documents._log("draft", {"reason": reason or ""})
            documents.signature_ids.filtered(lambda s: s.state in turns.OPEN).write(
                {"state": "void"}
            )
            documents.write({"signed_count": 0})
            documents._set_state("draft", reason)
        return True

    def action_cancel(self, reason=None):
        """Stops documents for good; their links say so.

        :param str reason: shown to the parties
        """
        self._check_staff()
        for documents in self._as_engine():
            documents._lock()
            documents = documents.filtered(lambda d: d.state != "cancelled")
            if any(d.state in ("attested", "closed") for d in documents):
                raise UserError(self.env._("What is attested is not cancelled any more."))
            documents._log("cancelled", {"reason": reason or ""})
            documents.signature_ids.filtered(lambda s: s.state in turns.OPEN).write(
                {"state": "void"}
            )
            documents._set_state("cancelled", reason)
        return True

    def action_ask_back_to_draft(self):
        """Asks for the reason of :meth:`action_back_to_draft`."""
        return self._ask_reason("draft", self.env._("Back to draft"))

    def action_ask_cancel(self):
        """Asks for the reason of :meth:`action_cancel`."""
        return self._ask_reason("cancel", self.env._("Cancel"))

    def _ask_reason(self, action, name):
        self._check_staff()
        return {
            "type": "ir.actions.act_window",
            "name": name,
            "res_model": "bde.reason.wizard",
            "view_mode": "form",
            "target": "new",
            "context": {"default_document_ids": self.ids, "default_action": action},
        }

    # ------------------------------------------------------------
    # JOBS, FILES
    # ------------------------------------------------------------

    @api.model
    def _trigger_job(self, xmlid):
        """Runs a job of the engine as soon as the transaction is done."""
        # sudo: jobs are the engine's own
        job = self.env.ref(f"bde_partnerships.{xmlid}", raise_if_not_found=False)
        if job:
            job.sudo()._trigger()

    @api.model
    def _cron_render(self, batch_size=20):
        """Renders the PDFs that are missing; one that fails stops no other."""
        Version = self.env["bde.document.version"]
        domain = [
            ("pdf_attachment_id", "=", False),
            ("document_id.state", "in", ("to_check", *IN_SIGNATURE)),
        ]
        versions = Version.search(domain, order="id").filtered(
            lambda v: v.document_id.version_id == v
        )
        self.env["ir.cron"]._commit_progress(remaining=len(versions))
        for start in range(0, len(versions), batch_size):
            for version in versions[start : start + batch_size]:
                version._render_in_job()
            done = len(versions[start : start + batch_size])
            if not self.env["ir.cron"]._commit_progress(done):
                break

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


def referent_of(parties):
    """User of the referent teacher among the parties, or False."""
    return next(
        (p["user_id"] for p in parties if p["role"] == "referent" and p.get("user_id")), False
    )


def person_ref(party, key):
    """Which person a party is, whatever the spelling of the name and the address.

    :param str key: of a person of whom nothing else is known: name and address
    """
    if party.get("person"):
        return party["person"]
    if party.get("partner_id"):
        return f"res.partner,{party['partner_id']}"
    if party.get("user_id"):
        return f"res.users,{party['user_id']}"
    return f"key,{key}"


def count_to_sign(parties):
    """How many signatures a document needs: one for each group of alternatives."""
    rows = [
        (0, party.get("required", True), "waiting", party.get("alternative")) for party in parties
    ]
    return turns.count(rows)[0]
