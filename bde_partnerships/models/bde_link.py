from datetime import timedelta

from odoo import api, fields, models

from ..rules import secret, turns
from ..rules.signer import mask_email, mask_phone

CODE_MINUTES = 10
CODE_TRIES = 5
CODE_SENDS_PER_HOUR = 5
RENEWALS_PER_DAY = 3


class BdeLink(models.Model):
    """A personal link: opens what one person has to do at one school, without an account.

    The token stands in the outgoing message only; here is its digest. Reading is GET and
    changes nothing, acting is POST.
    """

    _name = "bde.link"
    _description = "Personal link"
    _inherit = ["bde.owned"]
    _order = "id desc"
    _rec_name = "name"

    token_hash = fields.Char(required=True, readonly=True)
    purpose = fields.Selection(
        [("sign", "Sign"), ("hosting", "Agreement to host")],
        required=True,
        readonly=True,
        default="sign",
    )
    signer_key = fields.Char(readonly=True, index=True)
    name = fields.Char(string="Person", readonly=True)
    email = fields.Char(readonly=True)
    phone = fields.Char(readonly=True)
    lang = fields.Char(readonly=True)
    channel = fields.Selection([("email", "E-mail"), ("sms", "SMS")], readonly=True)
    res_model = fields.Char(readonly=True)
    res_id = fields.Many2oneReference(model_field="res_model", readonly=True)
    expires_on = fields.Datetime(required=True, readonly=True)
    revoked = fields.Boolean(readonly=True)
    renewed_on = fields.Datetime(readonly=True, help="When this link was replaced on request.")

    code_hmac = fields.Char(readonly=True)
    code_sent_on = fields.Datetime(readonly=True)
    code_channel = fields.Selection([("email", "E-mail"), ("sms", "SMS")], readonly=True)
    code_tries = fields.Integer(readonly=True)
    code_sends = fields.Integer(readonly=True, help="Codes sent in the running hour.")
    code_window = fields.Datetime(readonly=True, help="When the running hour began.")

    _token_uniq = models.UniqueIndex("(token_hash)")
    _signer_idx = models.Index("(company_id, signer_key)")

    # ------------------------------------------------------------
    # MINT AND FIND
    # ------------------------------------------------------------

    @api.model
    def _validity_days(self):
        """Days that a link stays valid (parameter ``bde.link_days``)."""
        # sudo: a setting of the instance, no user reads parameters
        value = self.env["ir.config_parameter"].sudo().get_param("bde.link_days", "60")
        return int(value) if value.isdigit() else 60

    @api.model
    def _mint(self, vals_list):
        """New links with their tokens; the tokens exist nowhere else afterwards.

        :param vals_list: values; ``company_id`` is required
        :return: list of (link, token)
        """
        tokens = [secret.new_token() for _vals in vals_list]
        expires_on = fields.Datetime.now() + timedelta(days=self._validity_days())
        # sudo: no role writes links; the callers checked what the link opens
        links = self.sudo().create(
            [
                {"expires_on": expires_on} | vals | {"token_hash": secret.token_digest(token)}
                for vals, token in zip(vals_list, tokens, strict=True)
            ]
        )
        return list(zip(links, tokens, strict=True))

    @api.model
    def _find(self, token, purpose):
        """The link of a token, expired and revoked ones included.

        :return: link in sudo, with the school as company; empty when unknown
        """
        # sudo: the token is the right; strangers have none on bde.*
        link = self.sudo().search(
            [("token_hash", "=", secret.token_digest(token or "")), ("purpose", "=", purpose)]
        )
        return link._as_school()

    def _as_school(self):
        """The link in the company of its school and no other."""
        if not self:
            return self
        return self.with_company(self.company_id).with_context(
            allowed_company_ids=self.company_id.ids
        )

    def _status(self):
        """``valid``, ``expired`` or ``revoked``.

        :rtype: str
        """
        self.ensure_one()
        if self.revoked:
            return "revoked"
        return "valid" if fields.Datetime.now() < self.expires_on else "expired"

    @api.model
    def _base_url(self):
        """Address of this instance, without a slash at the end."""
        # sudo: a setting of the instance
        return self.env["ir.config_parameter"].sudo().get_param("web.base.url", "").rstrip("/")

    def _url(self, token):
        """Address of a token, absolute."""
        self.ensure_one()
        path = {"sign": "s", "hosting": "a"}[self.purpose]
        return f"{self._base_url()}/bde/{path}/{token}"

    def action_revoke(self):
        """Closes links at once, for instance those sent to a wrong address.

        Each message had a link of its own: all those of the same signers are closed.
        """
        self.check_access("read")
        self.env["bde.document"].browse().check_access("write")
        # sudo: no role writes links, the caller may read these and write documents
        links = self.sudo()
        signing = links.filtered(lambda link: link.purpose == "sign" and link.signer_key)
        for company, theirs in signing.grouped("company_id").items():
            links |= links.search(
                [
                    ("company_id", "=", company.id),
                    ("signer_key", "in", theirs.mapped("signer_key")),
                    ("purpose", "=", "sign"),
                    ("revoked", "=", False),
                ]
            )
        links.write({"revoked": True, "code_hmac": False})

    # ------------------------------------------------------------
    # CODES
    # ------------------------------------------------------------

    def _code_key(self):
        """Secret under which codes are digested."""
        # sudo: secret of the instance
        return self.env["ir.config_parameter"].sudo().get_param("database.secret", "")

    def _code_purpose(self):
        return f"bde.link/{self.token_hash}"

    def _code_target(self):
        """Where the code goes: the other channel than the link when both are known.

        :return: (channel, address), (False, False) when there is none
        """
        self.ensure_one()
        sms = self.phone and self.env["bde.sms"]._available(self.phone)
        if self.email and (self.channel == "sms" or not sms):
            return "email", self.email
        if sms:
            return "sms", self.phone
        return False, False

    def _masked(self, channel):
        """Address of a channel as its owner recognises it.

        :rtype: str
        """
        self.ensure_one()
        return mask_phone(self.phone) if channel == "sms" else mask_email(self.email)

    def _sends_left(self):
        """Codes that this person may still ask for in this hour, over all links."""
        self.ensure_one()
        since = fields.Datetime.now() - timedelta(hours=1)
        domain = [
            ("company_id", "=", self.company_id.id),
            ("signer_key", "=", self.signer_key),
            ("code_window", ">", since),
        ]
        [(used,)] = self._read_group(domain, aggregates=["code_sends:sum"])
        return max(CODE_SENDS_PER_HOUR - (used or 0), 0)

    def _send_code(self):
        """Sends a new code; the one before no longer works.

        :return: ``sent``, ``capped`` or ``unreachable``
        """
        self.ensure_one()
        self._lock()
        channel, address = self._code_target()
        if not channel:
            return "unreachable"
        if not self._sends_left():
            return "capped"
        code = secret.new_code()
        now = fields.Datetime.now()
        fresh = not self.code_window or self.code_window <= now - timedelta(hours=1)
        self.write(
            {
                "code_hmac": secret.code_digest(self._code_key(), self._code_purpose(), code),
                "code_sent_on": now,
                "code_channel": channel,
                "code_tries": 0,
                "code_sends": 1 if fresh else self.code_sends + 1,
                "code_window": now if fresh else self.code_window,
            }
        )
        self.env["bde.delivery"]._send_code(self, channel, address, code)
        return "sent"

    def _code_is_live(self):
        """Whether a code that was sent can still be typed."""
        self.ensure_one()
        limit = fields.Datetime.now() - timedelta(minutes=CODE_MINUTES)
        return bool(self.code_hmac and self.code_tries < CODE_TRIES and self.code_sent_on > limit)

    def _check_code(self, code):
        """Compares a typed code; each wrong one costs one of its tries.

        The right one stays valid until :meth:`_use_code`, so that an error elsewhere on the
        page does not cost a new message.

        :return: ``right``, ``wrong`` or ``dead`` (expired, used, or too many tries)
        """
        self.ensure_one()
        self._lock()
        if not self._code_is_live():
            return "dead"
        typed = secret.code_digest(self._code_key(), self._code_purpose(), code)
        if secret.same(typed, self.code_hmac):
            return "right"
        self.code_tries += 1
        return "wrong" if self.code_tries < CODE_TRIES else "dead"

    def _use_code(self):
        """A code that signed signs no more."""
        self.write({"code_hmac": False})

    def _lock(self):
        """Makes other requests with the same links wait, so that tries are counted."""
        self.env["bde.document"]._lock_rows(self)

    # ------------------------------------------------------------
    # WHAT A LINK OPENS
    # ------------------------------------------------------------

    def _signatures(self):
        """Signatures of this person at this school, on current versions."""
        self.ensure_one()
        return self.env["bde.document.signature"].search(
            [
                ("company_id", "=", self.company_id.id),
                ("signer_key", "=", self.signer_key),
                ("is_current", "=", True),
            ],
            order="document_id desc, sequence, id",
        )

    def _page_values(self):
        """What the signing page shows: everything of this person, sorted by what he can do.

        :rtype: dict
        """
        signatures = self._signatures()
        to_sign = signatures.filtered(lambda s: s.state == "to_sign")
        stopped = ("refused", "cancelled", "draft", "to_check")
        return {
            "company": self.company_id,
            "to_sign": [
                self._entry(signatures) for signatures in to_sign.grouped("document_id").values()
            ],
            "needs_code": any(to_sign.mapped("required")),
            "waiting": signatures.filtered(lambda s: s.state == "waiting"),
            "done": [
                self._done_entry(given)
                for given in signatures.filtered(lambda s: s.state in turns.DONE)
                .grouped("document_id")
                .values()
            ],
            "stopped": signatures.filtered(
                lambda s: s.state in ("void", "refused") and s.document_id.state in stopped
            ),
            "others": self._others(signatures),
        }

    def _entry(self, signatures):
        """One document to sign, in one role or more: its essential facts, from its content."""
        document, version = signatures.document_id, signatures.version_id
        summary = document._concrete_one()._document_summary(version._content())
        return {
            "document": document,
            "kind": document._kind_label(),
            "title": summary["title"],
            "facts": summary["facts"],
            "roles": ", ".join(signature._role_label() for signature in signatures),
            "is_pupil": "student" in signatures.mapped("role"),
            "version": version,
            "value": f"{document.uuid}:{version.content_sha256}",
            "pdf": f"{document.uuid}.pdf",
        }

    def _done_entry(self, signatures):
        """One document that this person signed, in one role or more."""
        return {
            "document": signatures.document_id,
            "state": signatures[0].state,
            "signed_on": max(signatures.mapped("signed_on")),
            "roles": ", ".join(signature._role_label() for signature in signatures),
        }

    def _others(self, signatures):
        """Whom each document still waits for, by document."""
        return {
            document: document.signature_ids.filtered(
                lambda s: s.required and s.state in ("to_sign", "waiting")
            ).sorted("sequence")
            for document in signatures.document_id
        }

    def _log_wrong_code(self, signatures, proof):
        """Keeps trace of a wrong code on the documents that it was meant for."""
        signatures.document_id._lock()
        self.env["bde.journal"]._append(
            [
                (signature.document_id, "code_failed", {"signature": signature.uuid}, proof)
                for signature in signatures
            ]
        )

    def _renew(self):
        """Sends a fresh link to the same person, who still has something to sign.

        A link that the school closed went, as a rule, to a wrong address: whoever holds it
        gets no other.

        :return: ``sent``, ``capped``, ``nothing`` or ``closed``
        """
        self.ensure_one()
        self._lock()
        if self.revoked:
            return "closed"
        signatures = self._signatures().filtered(lambda s: s.state == "to_sign")
        if not signatures:
            return "nothing"
        since = fields.Datetime.now() - timedelta(days=1)
        renewed = self.search_count(
            [
                ("company_id", "=", self.company_id.id),
                ("signer_key", "=", self.signer_key),
                ("renewed_on", ">", since),
            ]
        )
        if renewed >= RENEWALS_PER_DAY or (self.renewed_on and self.renewed_on > since):
            return "capped"
        self.renewed_on = fields.Datetime.now()
        covered = self.env["bde.delivery"]._deliver(signatures, asked=True)
        return "sent" if covered else "nothing"
