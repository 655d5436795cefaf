from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools import format_date

TO_DO = "mail.mail_activity_data_todo"
DATES = ("date_from", "date_to")


class BdeTaxWindowChange(models.Model):
    """A window that got other dates: what stood before, what stands now, and by which text."""

    _name = "bde.tax.window.change"
    _description = "Window of the taxe d'apprentissage that moved"
    _inherit = ["bde.owned", "bde.unsigned"]
    _order = "changed_on desc, id desc"
    _check_company_domain = models.check_company_domain_parent_of

    window_id = fields.Many2one(
        "bde.tax.window", required=True, index=True, ondelete="cascade", check_company=True
    )
    company_id = fields.Many2one(
        related="window_id.company_id", store=True, precompute=True, default=None
    )
    changed_on = fields.Datetime(string="On", required=True, default=fields.Datetime.now)
    user_id = fields.Many2one(
        "res.users",
        string="By",
        default=lambda self: self.env.user,
        ondelete="set null",
        # schools know that their académie did it, not which person
        groups="bde_partnerships.group_correspondent,bde_partnerships.group_admin",
    )
    old_from = fields.Date(string="From, before")
    old_to = fields.Date(string="To, before")
    new_from = fields.Date(string="From, now")
    new_to = fields.Date(string="To, now")
    source = fields.Char()


class BdeTaxWindow(models.Model):
    """Moving a window: by a new arrêté, or when its dates come out."""

    _inherit = "bde.tax.window"

    def write(self, vals):
        """Dates never change in silence: the history is kept and the schools are told."""
        if not any(name in vals for name in DATES):
            return super().write(vals)
        before = {window: (window.date_from, window.date_to) for window in self}
        result = super().write(vals)
        moved = self.filtered(lambda one: (one.date_from, one.date_to) != before[one])
        moved._note_move(before)
        return result

    def _move(self, date_from, date_to, source):
        """Gives these windows other dates, by a new text.

        The old dates are kept, each school with a campaign of that year finds an activity, and
        what is counted from the window (steps of letters) follows.

        :param date_from: ``datetime.date``, or False while it is not known
        :param date_to: ``datetime.date``, or False
        :param str source: arrêté or page that gives the dates
        :raise UserError: no source, or dates in the wrong order
        """
        for academy in self.company_id:
            academy._bde_check_user_is("correspondent", "admin")
        if not (source or "").strip():
            raise UserError(self.env._("Say which arrêté or page gives these dates."))
        if date_to and (not date_from or date_to < date_from):
            raise UserError(self.env._("A window ends after it begins: check both dates."))
        self.write({"date_from": date_from, "date_to": date_to, "source": source.strip()})
        return True

    def action_move(self):
        """Opens the dialog that gives the window its dates."""
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "bde_partnerships.action_tax_window_move"
        )
        return action | {"context": {"default_window_id": self.id}}

    def _note_move(self, before):
        """History of windows that moved, and word of it to the schools.

        :param dict before: {window: (from, to)}
        """
        if not self:
            return
        # sudo: the history is written here alone
        self.env["bde.tax.window.change"].sudo().create(
            [
                {
                    "window_id": window.id,
                    "user_id": self.env.uid,
                    "old_from": before[window][0],
                    "old_to": before[window][1],
                    "new_from": window.date_from,
                    "new_to": window.date_to,
                    "source": window.source,
                }
                for window in self
            ]
        )
        self._tell_schools(before)

    def _tell_schools(self, before):
        """An activity for the responsible of each campaign that goes by these windows.

        :param dict before: {window: (from, to)}
        """
        # sudo: the académie reads no campaign; only word of its own calendar is put there
        campaigns = (
            self.env["bde.tax.campaign"]
            .sudo()
            .search([("tax_year_id", "in", self.tax_year_id.ids), ("state", "!=", "closed")])
        )
        campaigns._plan_for_responsible(
            [
                (campaign, campaign.company_id._bde_today(), window._move_text(before[window]))
                for campaign in campaigns
                for window in self
                if window.tax_year_id == campaign.tax_year_id
            ]
        )

    def _move_text(self, before):
        """« Employers choose, period 2, moved: … instead of … », for the school's activity."""
        self.ensure_one()
        label = self.display_name
        now, old = self._dates_text(self.date_from, self.date_to), self._dates_text(*before)
        if not before[0]:
            return self.env._("%(window)s: the dates are known, %(now)s", window=label, now=now)
        return self.env._(
            "%(window)s has moved: %(now)s instead of %(old)s", window=label, now=now, old=old
        )

    @api.model
    def _dates_text(self, date_from, date_to):
        """« from 14 July to 24 October 2025 », or that it is not known."""
        if not date_from:
            return self.env._("dates not known")
        start = format_date(self.env, date_from)
        if not date_to:
            return self.env._("from %(start)s", start=start)
        if date_to == date_from:
            return self.env._("on %(start)s", start=start)
        return self.env._(
            "from %(start)s to %(end)s", start=start, end=format_date(self.env, date_to)
        )
