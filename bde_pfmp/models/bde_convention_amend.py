from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools import format_date

from .bde_amendment import AMENDABLE


class BdeConvention(models.Model):
    """The amendments of a convention."""

    _inherit = "bde.convention"

    amendment_ids = fields.One2many("bde.amendment", "convention_id", string="Amendments")
    amendment_count = fields.Integer(
        string="Number of amendments", compute="_compute_amendment_count"
    )
    amended_text = fields.Char(string="Amendment", compute="_compute_amended_text")

    @api.depends("amendment_ids")
    def _compute_amendment_count(self):
        counts = dict(
            self.env["bde.amendment"]._read_group(
                [("convention_id", "in", self.ids)], ["convention_id"], ["__count"]
            )
        )
        for convention in self:
            convention.amendment_count = counts.get(convention._origin, 0)

    @api.depends("amendment_ids.state", "amendment_ids.date_effect")
    def _compute_amended_text(self):
        """What a chip says: the amendment in force, or the one that somebody has to sign."""
        found = (
            self.env["bde.amendment"]
            .search(
                [("convention_id", "in", self.ids), ("state", "not in", ("cancelled", "refused"))],
                order="rank desc",
            )
            .grouped("convention_id")
        )
        for convention in self:
            amendments = found.get(convention._origin, self.env["bde.amendment"])
            last = amendments[:1]
            if not last:
                convention.amended_text = False
            elif last.is_open:
                convention.amended_text = self.env._("Amendment under way")
            elif last.date_effect <= convention.company_id._bde_today():
                convention.amended_text = self.env._(
                    "Amendment in force since %(day)s",
                    day=format_date(self.env, last.date_effect),
                )
            else:
                convention.amended_text = self.env._(
                    "Amendment in force from %(day)s",
                    day=format_date(self.env, last.date_effect),
                )

    # ------------------------------------------------------------
    # Checks
    # ------------------------------------------------------------

    def _check_amendable(self):
        """Stops unless these conventions are in force.

        :raises UserError: says what to do instead
        """
        states = dict(self.env["bde.document"]._fields["state"]._description_selection(self.env))
        for convention in self:
            state = convention.state
            if state in AMENDABLE:
                continue
            if state in ("draft", "to_check", "to_sign", "partly_signed", "refused"):
                raise UserError(
                    self.env._(
                        "This convention is not signed by all yet: correct it instead of "
                        "amending it."
                    )
                )
            raise UserError(
                self.env._(
                    "Only a convention in force is amended; this one is: %(state)s.",
                    state=states[state].lower(),
                )
            )

    def _signed_amendments(self):
        """Those that all have signed."""
        # sudo: their numbers, for the next amendment and for attestations
        return self.sudo().amendment_ids.filtered(
            lambda one: one.state in (*AMENDABLE, "ended", "attested", "closed")
        )

    def _last_ranks(self):
        """Highest rank of the amendments of each convention: {convention: number}."""
        return dict(
            self.env["bde.amendment"]
            .sudo()  # sudo: numbers count whatever the reader sees
            ._read_group([("convention_id", "in", self.ids)], ["convention_id"], ["rank:max"])
        )

    def _amendment_templates(self):
        """Wording of amendments in force for each convention; constant queries."""
        Template = self.env["bde.document.template"]
        found = {}
        for company in self.company_id:
            found |= Template._templates_for(company, {"amendment"}, "fr_FR", company._bde_today())
        none = Template.browse()
        return {one: found.get((one.company_id, "amendment"), none) for one in self}

    # ------------------------------------------------------------
    # Verbs
    # ------------------------------------------------------------

    def action_amend(self):
        """Begins an amendment of a convention in force, or opens the one that is under way."""
        self.ensure_one()
        self.document_id._check_staff()
        self._check_amendable()
        action = {
            "type": "ir.actions.act_window",
            "name": self.env._("Amendment"),
            "res_model": "bde.amendment",
            "view_mode": "form",
        }
        under_way = self.amendment_ids.filtered("is_open")
        if under_way:
            return action | {"res_id": under_way[:1].id}
        return action | {"context": {"default_convention_id": self.id}}

    def action_open_amendments(self):
        """The amendments of this convention."""
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id("bde_pfmp.action_amendment")
        return action | {"domain": [("convention_id", "=", self.id)], "context": {}}

    def _document_state_changed(self, old, new):
        result = super()._document_state_changed(old, new)
        if new not in AMENDABLE:
            self._void_amendments(self.env._("The convention is not in force any more."))
        return result

    def _void_amendments(self, reason):
        """Open amendments of these conventions are given up, with their open signatures."""
        # sudo: follows from the end of the convention, whoever ended it
        documents = self.sudo().amendment_ids.filtered("is_open").document_id
        if documents:
            documents.action_cancel(reason)

    @api.model
    def _cron_follow_dates(self):
        result = super()._cron_follow_dates()
        self.env["bde.amendment"]._cron_follow_dates()
        return result
