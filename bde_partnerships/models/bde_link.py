from datetime import timedelta

from odoo import api, fields, models

from ..rules import secret

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
        [
            ("sign", "Sign"),
            ("tablet", "Sign in person"),
            ("hosting", "Agreement to host"),
        ],
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
    closed_by = fields.Selection(
        [
            ("school", "The school"),
            ("not_me", "Who received it: it is not him"),
            ("used", "Used once, on a device of the school"),
        ],
        readonly=True,
    )
    renewed_on = fields.Datetime(readonly=True, help="When this link was replaced on request.")

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
        return f"{self._base_url()}/bde/{self._paths()[self.purpose]}/{token}"

    @api.model
    def _paths(self):
        """{purpose: first part of its addresses}; modules add theirs."""
        return {"sign": "s", "tablet": "t", "hosting": "a"}

    def action_revoke(self):
        """Closes links at once, for instance those sent to a wrong address.

        Each message had a link of its own: all those of the same signers are closed.
        """
        self.check_access("read")
        self.env["bde.document"].browse().check_access("write")
        # sudo: no role writes links, the caller may read these and write documents
        self.sudo()._close("school")

    def _close(self, closed_by):
        """Closes these links, and with a personal one all others of the same person."""
        links = self
        personal = links._code_purposes()
        signing = links.filtered(lambda link: link.purpose in personal and link.signer_key)
        for company, theirs in signing.grouped("company_id").items():
            links |= links.search(
                [
                    ("company_id", "=", company.id),
                    ("signer_key", "in", theirs.mapped("signer_key")),
                    ("purpose", "in", (*personal, "tablet")),
                    ("revoked", "=", False),
                ]
            )
        links.write({"revoked": True, "closed_by": closed_by, "code_hmac": False})

    @api.model
    def _code_purposes(self):
        """Links by which a person signs with a code; modules add theirs.

        Codes are counted over all of them, and they are closed together.
        """
        return ("sign",)

    def _lock(self):
        """Makes other requests of the same person wait, so that tries are counted."""
        self.env["bde.document"]._lock_rows(self._of_signer())

    def _of_signer(self):
        """All links of this person at this school, whatever message they came with."""
        self.ensure_one()
        if not self.signer_key:
            return self
        personal = self._code_purposes()
        return self.search(
            [
                ("company_id", "=", self.company_id.id),
                ("signer_key", "=", self.signer_key),
                ("purpose", "in", personal if self.purpose in personal else (self.purpose,)),
            ]
        )

    def _renewal_stopped(self, opens):
        """Why no fresh link is sent in place of this one; None: one may be, and is counted.

        Three a day and person at most. A link that the school closed went, as a rule, to a wrong
        address: whoever holds it gets no other.

        :param opens: a call that says whether something is left behind this link
        :return: ``closed``, ``nothing``, ``capped`` or None
        """
        self.ensure_one()
        self._lock()
        if self.revoked:
            return "closed"
        if not opens():
            return "nothing"
        now = fields.Datetime.now()
        renewed = self._of_signer().filtered(
            lambda link: link.renewed_on and link.renewed_on > now - timedelta(days=1)
        )
        if self in renewed or len(renewed) >= RENEWALS_PER_DAY:
            return "capped"
        self.renewed_on = now
        return None

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
