from odoo import api, fields, models

from ..rules.directory import short_name

# people at once, unless the mentor says otherwise
COUNT_AT_ONCE = 2
# requests that take one of his places
TAKES_PLACE = ("to_check", "sent", "accepted")
TOPICS_MAX = 120
ABOUT_MAX = 600


class BdeMentorProfile(models.Model):
    """What an alumnus who agreed to mentor says of it: about what, how many people at once.

    The consent stands on the alumnus (``ok_mentoring``): the profile is made with it and erased
    with it.
    """

    _name = "bde.mentor.profile"
    _description = "Mentor"
    _inherit = ["bde.owned", "bde.kept"]
    _order = "alumnus_id, id"
    _rec_name = "alumnus_id"
    _rec_names_search = ["alumnus_id.name", "topics"]

    alumnus_id = fields.Many2one(
        "bde.alumnus",
        string="Mentor",
        required=True,
        readonly=True,
        index=True,
        ondelete="cascade",
        check_company=True,
    )
    company_id = fields.Many2one(
        related="alumnus_id.company_id", store=True, precompute=True, default=None
    )
    training_id = fields.Many2one(related="alumnus_id.training_id")
    cohort = fields.Integer(related="alumnus_id.cohort")
    topics = fields.Char(help="What he can speak of: a trade, studies, the first contract…")
    about = fields.Text(string="In his own words", help="Pupils and alumni read it.")
    max_count = fields.Integer(
        string="People at once", default=COUNT_AT_ONCE, help="Who asks after that is told to wait."
    )
    is_paused = fields.Boolean(string="Not now", help="Nobody can ask until it is unticked.")
    is_barred = fields.Boolean(
        string="Not by our school",
        help="The bureau does not want this mentor to be asked; only the bureau unticks it.",
    )
    current_count = fields.Integer(string="Asked at the moment", compute="_compute_current_count")

    _alumnus_uniq = models.Constraint("UNIQUE(alumnus_id)", "This mentor is in the list already.")
    _max_count_check = models.Constraint(
        "CHECK(max_count BETWEEN 1 AND 20)", "A mentor takes from 1 to 20 people at once."
    )

    def write(self, vals):
        result = super().write(vals)
        if vals.get("is_barred"):
            self.alumnus_id._end_mentoring("bureau")
        return result

    def _compute_current_count(self):
        counts = self._current_counts()
        for profile in self:
            profile.current_count = counts.get(profile.alumnus_id.id, 0)

    def _current_counts(self):
        """{id of the alumnus: requests that take a place}, as they are now."""
        groups = self.env["bde.mentor.request"]._read_group(
            [("mentor_id", "in", self.alumnus_id.ids), ("state", "in", TAKES_PLACE)],
            ["mentor_id"],
            ["__count"],
        )
        return {mentor.id: count for mentor, count in groups}

    def _reported(self):
        """Those of whom something was reported that the bureau has not looked into yet.

        :rtype: bde.alumnus
        """
        reported = self.env["bde.mentor.request"].search(
            [
                ("company_id", "in", self.company_id.ids),
                ("reported_by", "=", "asker"),
                ("report_handled_on", "=", False),
            ]
        )
        return reported.mentor_id

    def action_open_alumnus(self):
        """Opens the alumnus."""
        return self.alumnus_id.get_formview_action()


class BdeAlumnus(models.Model):
    """Who may be asked as a mentor; the profile comes and goes with the consent."""

    _inherit = "bde.alumnus"

    mentor_profile_ids = fields.One2many("bde.mentor.profile", "alumnus_id", readonly=True)

    def _consent(self, purpose, fields=(), by="self", channel="link"):
        consents = super()._consent(purpose, fields=fields, by=by, channel=channel)
        if purpose == "mentoring":
            self._ensure_mentor_profiles()
        return consents

    def _consent_ended(self, purpose):
        result = super()._consent_ended(purpose)
        if purpose == "mentoring":
            self._stop_mentoring()
        return result

    def _ensure_mentor_profiles(self):
        # sudo: no role makes profiles, they follow the consent; the caller checked the right
        Profile = self.env["bde.mentor.profile"].sudo()
        known = Profile.search([("alumnus_id", "in", self.ids)]).alumnus_id
        Profile.create([{"alumnus_id": alumnus.id} for alumnus in self.sudo() - known])

    def _stop_mentoring(self):
        """Erases what the mentors wrote of themselves and ends what runs.

        Whom the bureau barred stays barred, should he agree once more.
        """
        self._end_mentoring("mentor_left")
        profiles = self.sudo().mentor_profile_ids  # sudo: the verb of the consent checked the right
        barred = profiles.filtered("is_barred")
        barred.write({"topics": False, "about": False})
        (profiles - barred).unlink()

    def _end_mentoring(self, reason):
        """Ends what runs with these mentors.

        :param str reason: of ``CLOSED_BECAUSE``
        """
        # sudo: no role writes requests; the caller checked the right
        requests = self.env["bde.mentor.request"].sudo()
        requests.search([("mentor_id", "in", self.ids), ("state", "in", TAKES_PLACE)])._close(
            reason
        )

    def _no_more(self, channel="link"):
        result = super()._no_more(channel)
        self._end_asking()
        return result

    def _note_death(self):
        result = super()._note_death()
        self._end_asking()
        return result

    def _end_asking(self):
        """Ends what these people asked of mentors, and the sight of their addresses."""
        # sudo: no role writes requests; the verb checked the right
        requests = self.env["bde.mentor.request"].sudo()
        requests.search([("from_alumnus_id", "in", self.ids), ("state", "in", TAKES_PLACE)])._close(
            "over"
        )

    def _short_name(self):
        """How he is called before the two know each other: ``Gina D.``."""
        self.ensure_one()
        return short_name(self.firstname, self.usage_name or self.lastname)

    @api.model
    def _mentors(self, company, besides=None):
        """Mentors of a school who may be asked today, with a free place.

        Who was reported waits until the bureau has looked into it. Constant queries.

        :param company: the school
        :param besides: an alumnus who is not shown to himself
        :return: profiles, in sudo
        """
        # sudo: pupils and alumni without an account see them by their own link
        Profile = self.env["bde.mentor.profile"].sudo()
        profiles = Profile.search(
            [
                ("company_id", "=", company.id),
                ("is_paused", "=", False),
                ("is_barred", "=", False),
                ("alumnus_id.ok_mentoring", "=", True),
                ("alumnus_id", "!=", besides.id if besides else False),
            ],
            order="id",
        )
        free = profiles.alumnus_id._may_write("mentoring") - profiles._reported()
        counts = profiles._current_counts()
        return profiles.filtered(
            lambda one: one.alumnus_id in free and counts.get(one.alumnus_id.id, 0) < one.max_count
        )
