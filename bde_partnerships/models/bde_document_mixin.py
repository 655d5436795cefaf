import json
import uuid

from odoo import api, fields, models
from odoo.exceptions import UserError

from .bde_document import EDITABLE, IN_SIGNATURE

HEAD_SEQUENCE = 20  # the head signs when all others have; their order is free


def postal_lines(record):
    """Street, second line, postcode and town of a company or contact."""
    town = " ".join(filter(None, (record.zip, record.city)))
    return [line for line in (record.street, record.street2, town) if line]


class BdeDocumentMixin(models.AbstractModel):
    """A record that is signed: a convention, a partnership agreement.

    ``_inherit = ["bde.document.mixin"]`` is all that a concrete model declares; it gets
    every field of ``bde.document`` by delegation and answers the hooks below. Hooks are
    called in sudo, in the company of the school and in the language of the document.
    """

    _name = "bde.document.mixin"
    _description = "Document to sign"
    _inherit = ["bde.owned"]
    _inherits = {"bde.document": "document_id"}
    # Value of bde.document.kind, which the concrete module adds to its selection.
    _document_kind = None

    document_id = fields.Many2one(
        "bde.document",
        required=True,
        readonly=True,
        index=True,
        ondelete="restrict",
        bypass_search_access=True,
        copy=False,
    )
    # Copied from the document at creation: rules and lists want a column of their own.
    company_id = fields.Many2one(
        related="document_id.company_id", store=True, precompute=True, default=None
    )
    school_year_id = fields.Many2one(
        related="document_id.school_year_id", store=True, precompute=True, index=True
    )

    is_changed = fields.Boolean(
        compute="_compute_is_changed",
        help="The record says something else than the version that was made.",
    )
    progress = fields.Char(string="Progress of the signatures", compute="_compute_progress")
    waiting_for = fields.Char(string="Waits for", compute="_compute_waiting_for")
    is_mine = fields.Boolean(string="For me to sign", compute="_compute_waiting_for")
    pdf = fields.Binary(string="PDF", compute="_compute_pdf")

    _document_uniq = models.UniqueIndex("(document_id)")

    # ------------------------------------------------------------
    # Computes
    # ------------------------------------------------------------

    def _compute_is_changed(self):
        """Only asked for on forms: the content is built to be compared."""
        for record in self:
            record.is_changed = (
                bool(record.version_id)
                and record.state in (*EDITABLE, *IN_SIGNATURE)
                # sudo: contents are compared, none of them leaves this method
                and (
                    bool(record.sudo()._content_obstacles()) or record.sudo()._says_something_else()
                )
            )

    def _says_something_else(self):
        """Whether a version made now would differ from the current one."""
        [document] = self.document_id._as_engine()
        now = json.loads(document._build_contents()[document])
        then = document.version_id._content()
        # the address of the server may change, what is agreed does not
        return (now | {"check_url": ""}) != (then | {"check_url": ""})

    @api.depends("signed_count", "signature_count")
    def _compute_progress(self):
        for record in self:
            record.progress = (
                f"{record.signed_count}/{record.signature_count}"
                if record.signature_count
                else False
            )

    @api.depends_context("uid", "lang")
    @api.depends("signature_ids.state")
    def _compute_waiting_for(self):
        """Roles whose turn it is, and whether the user is one of them."""
        labels = dict(
            self.env["bde.document.signature"]._fields["role"]._description_selection(self.env)
        )
        # sudo: the role alone, of signatures of documents that the user reads. Boards show
        # this for each card: only the open signatures are read, and of them what is needed.
        waiting = (
            self.env["bde.document.signature"]
            .sudo()
            .search_fetch(
                [
                    ("document_id", "in", self.document_id.ids),
                    ("is_current", "=", True),
                    ("state", "=", "to_sign"),
                ],
                ["document_id", "company_id", "role", "required", "user_id"],
                order="sequence, id",
            )
            .grouped(lambda signature: signature.document_id.id)
        )
        for record in self:
            open_ones = waiting.get(record.document_id.id, ())
            roles = dict.fromkeys(labels[s.role] for s in open_ones if s.required)
            record.waiting_for = ", ".join(roles)
            record.is_mine = not record.correcting_since and any(
                s._may_sign(self.env.user) for s in open_ones
            )

    @api.depends("sealed_attachment_id", "version_id.pdf_attachment_id")
    def _compute_pdf(self):
        for record in self:
            # sudo: the files of a document that the user reads
            document = record.sudo()
            attachment = document.sealed_attachment_id or document.version_id.pdf_attachment_id
            record.pdf = attachment.datas

    @api.model_create_multi
    def create(self, vals_list):
        """Makes the documents first, in one creation, with the fields that are theirs."""
        self.check_access("create")
        inherited = {"company_id", "school_year_id"} | {
            name for name, field in self._fields.items() if field.inherited
        }
        own_vals, document_vals = [], []
        for vals in vals_list:
            if "document_id" in vals:
                raise UserError(self.env._("The engine makes the document of a record itself."))
            self.env["bde.document"]._check_engine_fields(vals.keys() & inherited)
            document_vals.append(
                {name: value for name, value in vals.items() if name in inherited}
                | {"res_model": self._name, "kind": self._document_kind}
            )
            own_vals.append({name: value for name, value in vals.items() if name not in inherited})
        # sudo: nobody creates a document by itself; the right is that on the concrete model
        documents = self.env["bde.document"].sudo().create(document_vals)
        records = super().create(
            [
                vals | {"document_id": document.id}
                for vals, document in zip(own_vals, documents, strict=True)
            ]
        )
        documents._store_each(
            {
                document.id: {"res_id": record.id}
                for record, document in zip(records, documents, strict=True)
            }
        )
        return records

    def unlink(self):
        documents = self.document_id
        documents._check_unlink()
        result = super().unlink()
        # sudo: no role removes documents, the right is that on the concrete model
        documents.sudo().unlink()
        return result

    # ------------------------------------------------------------
    # HOOKS: what a concrete model answers
    # ------------------------------------------------------------

    def _document_content(self):
        """What is signed, as JSON-able values: UUIDs, never database ids; dates in ISO.

        Called on one record. The engine adds ``schema``, ``template_version``, ``lang``,
        ``tz``, ``number``, ``document`` (uuid), ``kind`` and ``check_url``.

        :rtype: dict
        """
        raise NotImplementedError

    def _document_parties(self):
        """Who signs, on one record.

        :return: list of dicts ``role``, ``name``, ``uuid``, and when known ``email``,
            ``phone``, ``user_id``, ``partner_id``, ``lang``, ``quality`` (in what capacity);
            ``sequence`` (default 10; a signature waits for the required ones before it),
            ``required`` (default True; False acknowledges and never blocks), ``person``
            (which person it is where no partner or user says so, whatever the spelling),
            ``alternative`` (parties of one value: the signature of one of them is enough)
        """
        raise NotImplementedError

    def _document_html(self, content, proof=None):
        """Complete HTML page, made of the content alone and never of live records.

        Put ``proof["html"]`` at the end of the body when ``proof`` is given; the QR code
        is ``self._document_qr(content)``.

        :param dict content: what :meth:`_document_content` gave, with what the engine added
        :param dict proof: ``html`` (the ready page of proof) and ``signatures``
        :rtype: str
        """
        raise NotImplementedError

    def _document_summary(self, content):
        """The essential on one screen of a phone, for the signing page and for letters.

        :return: dict ``title`` (one line) and ``facts`` (list of (label, value) texts)
        """
        raise NotImplementedError

    def _document_labels(self):
        """Texts that lists group by, on one record.

        :return: dict ``title``, ``group_label`` (the class) and ``batch_label`` (the period)
        """
        return {"title": self.display_name}

    def _document_state_changed(self, old, new):
        """Called on the records whose document went from a state to another."""

    def _obstacles_to_send(self):
        """What forbids to send each record, or its correction; constant queries.

        :return: {record: [sentences]}
        """
        return {record: [] for record in self}

    def _content_obstacles(self):
        """What a record lacks to say anything at all, while its terms are being corrected.

        :return: {record: [sentences]}, records that are complete left out
        """
        return {}

    def _document_edit_action(self):
        """Where the terms of one record are changed."""
        return self.document_id.action_open_record()

    # ------------------------------------------------------------
    # What the answers of all kinds share
    # ------------------------------------------------------------

    def _content_school(self):
        """The school, as contents name it."""
        school = self.company_id
        head = self._head_party()
        return {
            "uai": school.uai or None,
            "name": school.name,
            "academy": school.parent_id.name or None,
            "address": postal_lines(school),
            "phone": school.phone or None,
            "email": school.bde_email or school.email or None,
            "logo": school._bde_logo_digest(),
            "head": {"name": head["name"], "function": head["quality"]},
        }

    def _contact_party(self, role, contact):
        """Somebody of a company; who signs there twice is one person, the engine joins them."""
        return {
            "role": role,
            "name": contact.name,
            "email": contact.email,
            "phone": contact.phone,
            "partner_id": contact.id,
            "quality": contact.function,
            "required": True,
        }

    def _head_party(self):
        head = self.company_id.head_id
        return {
            "role": "head",
            "name": head.name,
            "email": head.email,
            "phone": None,
            "user_id": head.id,
            # French by law, as the document
            "quality": head.partner_id.function or "Chef d’établissement",
            "sequence": HEAD_SEQUENCE,
            "required": True,
        }

    def _identify_parties(self, parties):
        """Gives each party the identifier that it has in every version of the document.

        :param parties: ``key`` in one of them tells apart those who share a role
        """
        for party in parties:
            key = f"{self.document_id.uuid}/{party['role']}/{party.pop('key', '')}"
            party["uuid"] = str(uuid.uuid5(uuid.NAMESPACE_URL, key))
        return parties

    # ------------------------------------------------------------
    # VERBS: those of the document
    # ------------------------------------------------------------

    def _document_qr(self, content):
        """QR code to the verification page, as the address of a picture."""
        return self.env["bde.document.version"]._qr_svg(content["check_url"])

    def action_make_version(self):
        return self.document_id.action_make_version()

    def action_send(self):
        return self.document_id.action_send()

    def action_remind(self):
        return self.document_id.action_remind()

    def action_open_pdf(self):
        return self.document_id.action_open_pdf()

    def action_open_document(self):
        return self.document_id.action_open_document()

    def action_sign(self):
        """Signs those of these records that wait for the user, in one go."""
        return self.document_id.signature_ids.action_sign_in_session()

    def _unreachable_parties(self):
        """Parties who have to sign and can be told so by no road: ["name (role)"]."""
        self.ensure_one()
        roles = dict(
            self.env["bde.document.signature"]._fields["role"]._description_selection(self.env)
        )
        # sudo: contact details that not every role reads; only names leave this method
        parties = self.sudo()._document_parties()
        return [
            f"{party['name']} ({roles[party['role']]})"
            for party in parties
            if party.get("required", True)
            and not (party.get("email") or party.get("phone") or party.get("user_id"))
        ]

    def action_ask_back_to_draft(self):
        return self.document_id.action_ask_back_to_draft()

    def action_ask_cancel(self):
        return self.document_id.action_ask_cancel()

    def action_back_to_draft(self, reason=None):
        return self.document_id.action_back_to_draft(reason)

    def action_correct(self):
        """Corrects what is out for signature: shows what changed, or opens the terms."""
        return self.document_id.action_ask_correction()

    def action_cancel(self, reason=None):
        return self.document_id.action_cancel(reason)
