from odoo import api, fields, models


class BdeAcademyFigure(models.AbstractModel):
    """A line of numbers of a school, for its académie, which reads no record of a school.

    Lines are counted by a job; what too few stand behind is not stored at all. Whoever inherits
    adds what is counted, :meth:`_refresh` and the words of ``remark``.
    """

    _name = "bde.academy.figure"
    _description = "Numbers of a school for its académie"
    _rec_name = "school_id"

    company_id = fields.Many2one(
        "res.company",
        string="Académie",
        required=True,
        readonly=True,
        index=True,
        ondelete="cascade",
    )
    school_id = fields.Many2one("res.company", required=True, readonly=True, ondelete="cascade")
    remark = fields.Char(compute="_compute_remark")
    refreshed_on = fields.Datetime(string="Counted on", readonly=True)

    def _compute_remark(self):
        """What is kept back, in words: a nought or an empty column would read as nothing."""
        raise NotImplementedError

    @api.model
    def _refresh(self, domain=()):
        """Counts again: a constant number of statements for any number of schools and years.

        :param domain: schools to count, of ``res.company``; all when empty
        """
        raise NotImplementedError

    @api.model
    def _cron_refresh_figures(self):
        """Counts all schools again."""
        self._refresh()

    def action_refresh(self):
        """The button of the list: counts the schools of the user's académie now."""
        user = self.env.user
        held = {*user._bde_company_ids("correspondent"), *user._bde_company_ids("admin")}
        academies = self.env.companies.filtered(lambda company: company.id in held)
        for academy in academies:
            academy._bde_check_user_is("correspondent", "admin")
        if academies:
            # sudo: the lines are written by counting alone, for an académie checked above
            self.sudo()._refresh([("parent_id", "in", academies.ids)])
        return {"type": "ir.actions.client", "tag": "soft_reload"}
