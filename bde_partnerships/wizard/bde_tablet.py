from markupsafe import Markup

from odoo import api, fields, models
from odoo.exceptions import UserError


class BdeTablet(models.TransientModel):
    """People who sign in person, one after the other: a class, a guardian who came.

    The address for one person stands in the context of the dialog and nowhere else: it opens
    his documents without a code.
    """

    _name = "bde.tablet"
    _description = "Sign in person"

    signature_ids = fields.Many2many("bde.document.signature", readonly=True)
    line_ids = fields.One2many("bde.tablet.line", "tablet_id", readonly=True)
    person = fields.Char(compute="_compute_current")
    url = fields.Char(compute="_compute_current")
    qr = fields.Html(compute="_compute_current", sanitize=False)
    left_count = fields.Integer(string="People left", compute="_compute_left_count")

    @api.depends_context("bde_tablet_url", "bde_tablet_person", "lang")
    def _compute_current(self):
        url = self.env.context.get("bde_tablet_url") or False
        picture = False
        if url:
            picture = Markup('<img src="%s" alt="%s" style="width:13rem;max-width:100%%"/>') % (
                self.env["bde.document.version"]._qr_svg(url),
                self.env._("QR code to sign on another device"),
            )
        for tablet in self:
            tablet.url = url
            tablet.person = self.env.context.get("bde_tablet_person") or False
            tablet.qr = picture

    @api.depends("line_ids.state")
    def _compute_left_count(self):
        for tablet in self:
            tablet.left_count = len(tablet.line_ids.filtered(lambda line: line.state == "to_sign"))

    @api.model_create_multi
    def create(self, vals_list):
        tablets = super().create(vals_list)
        self.env["bde.tablet.line"].create(
            [
                {"tablet_id": tablet.id, "signature_ids": [(6, 0, signatures.ids)]}
                for tablet in tablets
                for signatures in tablet._people().values()
            ]
        )
        return tablets

    def _people(self):
        """Signatures of each person, in the order of the list."""
        self.ensure_one()
        return self.signature_ids.grouped(lambda s: (s.company_id.id, s.signer_key))

    def _open(self, signatures=None, line=None):
        """The dialog; with the QR code and the button for the person of these signatures."""
        self.ensure_one()
        context = dict(
            self.env.context,
            bde_tablet_url=False,
            bde_tablet_person=False,
            bde_tablet_line=line and line.id,
        )
        if signatures:
            _link, url = signatures._mint_tablet()
            context |= {"bde_tablet_url": url, "bde_tablet_person": signatures[:1].name}
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Sign in person"),
            "res_model": self._name,
            "res_id": self.id,
            "view_mode": "form",
            "target": "new",
            "context": context,
        }

    def action_next(self):
        """The next person of the list who has not signed; those passed over come at the end.

        :raises UserError: when all have
        """
        self.ensure_one()
        left = self.line_ids.filtered(lambda line: line.state == "to_sign")
        if not left:
            raise UserError(self.env._("All these people have signed."))
        current = self.env.context.get("bde_tablet_line") or 0
        following = left.filtered(lambda line: line.id > current)
        return (following or left)[:1].action_give()

    def action_open_here(self):
        """Opens the page on this device: it asks to close the session first."""
        self.ensure_one()
        if not self.url:
            raise UserError(self.env._("Choose whose turn it is first."))
        return {"type": "ir.actions.act_url", "url": self.url, "target": "new"}


class BdeTabletLine(models.TransientModel):
    """One person of the list, with all that he has to sign here."""

    _name = "bde.tablet.line"
    _description = "Person who signs in person"

    tablet_id = fields.Many2one("bde.tablet", required=True, readonly=True, ondelete="cascade")
    signature_ids = fields.Many2many("bde.document.signature", readonly=True)
    name = fields.Char(string="Person", compute="_compute_texts")
    roles = fields.Char(string="As", compute="_compute_texts")
    titles = fields.Char(string="About", compute="_compute_texts")
    group_label = fields.Char(string="Class", compute="_compute_texts")
    state = fields.Selection(
        [("to_sign", "To sign"), ("done", "Done"), ("stopped", "Not now")],
        compute="_compute_texts",
    )

    @api.depends_context("lang")
    @api.depends("signature_ids.state", "signature_ids.document_id.correcting_since")
    def _compute_texts(self):
        for line in self:
            # sudo: the wizard was made of signatures that the user reads
            signatures = line.sudo().signature_ids
            todo = signatures.filtered(lambda s: s.state == "to_sign")
            done = signatures.filtered(lambda s: s.state in ("signed", "acknowledged"))
            line.name = signatures[:1].name
            line.roles = ", ".join(dict.fromkeys(s._role_label() for s in signatures))
            line.titles = ", ".join(dict.fromkeys(s.title or "" for s in signatures))
            line.group_label = signatures[:1].group_label
            line.state = "to_sign" if todo else "done" if done else "stopped"

    def action_give(self):
        """The address with which this person signs, once, for twenty minutes."""
        self.ensure_one()
        return self.tablet_id._open(self.signature_ids._check_tablet(), self)
