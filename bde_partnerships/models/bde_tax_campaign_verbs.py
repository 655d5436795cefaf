from markupsafe import Markup

from odoo import api, models
from odoo.exceptions import UserError
from odoo.fields import Command
from odoo.tools import format_date

from ..rules import identifiers

# What the person compares with SOLTéA: another value is to be compared again.
COMPARED = {"soltea_name", "soltea_siret", "soltea_uai"}
PICTURE = {"story_picture", "picture_checked"}


class BdeTaxCampaign(models.Model):
    """What a campaign does: gets complete, starts, closes; and what the other parts ask of it."""

    _inherit = "bde.tax.campaign"

    # ------------------------------------------------------------
    # ORM
    # ------------------------------------------------------------

    @api.model_create_multi
    def create(self, vals_list):
        new = self.with_context(bde_new_campaign=True)
        campaigns = super(BdeTaxCampaign, new).create(
            [self._normalize_identity(vals) for vals in vals_list]
        )
        campaigns = campaigns.with_env(self.env)
        campaigns.filtered("picture_checked")._sign_picture()
        return campaigns

    def write(self, vals):
        vals = self._normalize_identity(vals)
        if vals.get("state") == "closed" and not self.env.su:
            for school in self.company_id:
                school._bde_check_user_is("manager")
        if "story_picture" in vals and "picture_checked" not in vals:
            # the statement was about another picture
            vals["picture_checked"] = False
        changed = self._differ(vals.keys() & COMPARED, vals)
        result = super().write(vals)
        changed._forget_comparison()
        if PICTURE & vals.keys():
            self._sign_picture()
        return result

    @api.model
    def _normalize_identity(self, vals):
        """Numbers as they are compared, however they were typed."""
        vals = dict(vals)
        if vals.get("soltea_siret"):
            vals["soltea_siret"] = identifiers.normalize_siret(vals["soltea_siret"])
        if vals.get("soltea_uai"):
            vals["soltea_uai"] = identifiers.normalize_uai(vals["soltea_uai"])
        return vals

    def _differ(self, names, vals):
        return self.filtered(
            lambda one: any((one[name] or False) != (vals[name] or False) for name in names)
        )

    def _forget_comparison(self):
        """What was compared with SOLTéA has changed: it is to be compared again."""
        compared = self.filtered("identity_checked_on")
        if compared:
            compared.write({"identity_checked_on": False, "identity_checked_by_id": False})

    def _sign_picture(self):
        """Who stated that no minor can be recognised, and when."""
        for campaign in self:
            if not campaign.picture_checked:
                vals = {"picture_checked_on": False, "picture_checked_by_id": False}
            elif campaign.story_picture:
                vals = {
                    "picture_checked_on": campaign.company_id._bde_today(),
                    "picture_checked_by_id": self.env.uid,
                }
            else:
                raise UserError(self.env._("Add the picture first, then state what it shows."))
            super(BdeTaxCampaign, campaign).write(vals)

    # ------------------------------------------------------------
    # Complete or not
    # ------------------------------------------------------------

    def _identity_gaps(self):
        """What lacks before anybody may be asked, in sentences; empty once all is there.

        :rtype: list[str]
        """
        self.ensure_one()
        gaps = []
        if not (self.soltea_name or "").strip():
            gaps.append(self.env._("Type the name of the school as SOLTéA shows it."))
        gaps += self._number_gaps()
        gaps += self._course_gaps()
        if not self.identity_checked_on:
            gaps.append(
                self.env._(
                    "Compare name, numbers and courses with SOLTéA, then press “It is the same in "
                    "SOLTéA”."
                )
            )
        gaps += self._eligibility_gaps()
        return gaps

    def _number_gaps(self):
        gaps = []
        if not self.soltea_siret:
            gaps.append(self.env._("Type the SIRET of the school as SOLTéA shows it."))
        elif not identifiers.is_siret(self.soltea_siret):
            gaps.append(
                self.env._(
                    "%(siret)s is not a SIRET: fourteen digits, look for a typing error.",
                    siret=self.soltea_siret,
                )
            )
        if not self.soltea_uai:
            gaps.append(self.env._("Type the UAI of the school as SOLTéA shows it."))
        elif not identifiers.is_uai(self.soltea_uai):
            gaps.append(
                self.env._(
                    "%(uai)s is not a UAI: seven digits, then the check letter.",
                    uai=self.soltea_uai,
                )
            )
        return gaps

    def _course_gaps(self):
        if not self.course_ids:
            return [
                self.env._(
                    "Add the courses that employers find in SOLTéA: one click takes the trainings "
                    "of the school."
                )
            ]
        lacking = self.course_ids.filtered(lambda course: not course.rncp and not course.no_rncp)
        if not lacking:
            return []
        return [
            self.env._(
                "RNCP number missing for: %(courses)s. Type it, or tick that there is none.",
                courses=", ".join(lacking.mapped("name")),
            )
        ]

    def _eligibility_gaps(self):
        texts = {
            "unknown": self.env._("Say whether the prefect's list names the school."),
            "applied": self.env._(
                "Letters leave once the prefect's list names the school: note it then."
            ),
            "not_listed": self.env._(
                "The school is not on the prefect's list: it may not receive the solde this year."
            ),
        }
        return [texts[self.eligible_state]] if self.eligible_state in texts else []

    def _obstacles_to_solicit(self):
        """What forbids to write to companies for this campaign: sentences, empty when all is well.

        :rtype: list[str]
        """
        self.ensure_one()
        if self.state == "closed":
            return [self.env._("This campaign is closed.")]
        gaps = self._identity_gaps()
        if not gaps and self.state == "preparing":
            gaps = [self.env._("Start the campaign first.")]
        return gaps

    def _check_may_solicit(self):
        """Stops unless companies may be written to.

        :raise UserError: what lacks, one line each
        """
        for campaign in self:
            if obstacles := campaign._obstacles_to_solicit():
                raise UserError("\n".join(obstacles))

    @api.depends(
        "soltea_name", "soltea_siret", "soltea_uai", "course_ids.name", "course_ids.rncp",
        "course_ids.no_rncp", "identity_checked_on", "eligible_state", "state",
    )  # fmt: skip
    @api.depends_context("lang")
    def _compute_gaps(self):
        for campaign in self:
            gaps = [] if campaign.state == "closed" else campaign._identity_gaps()
            lines = Markup("").join(Markup("<li>%s</li>") % gap for gap in gaps)
            campaign.gaps = Markup("<ul class='mb-0'>%s</ul>") % lines if gaps else False
            campaign.gap_count = len(gaps)

    # ------------------------------------------------------------
    # Verbs
    # ------------------------------------------------------------

    def action_confirm_identity(self):
        """Notes that somebody compared the school's identity with what SOLTéA shows.

        :raise UserError: what cannot be right as it stands
        """
        for campaign in self:
            campaign.check_access("write")
            if gaps := campaign._number_gaps() + campaign._course_gaps():
                raise UserError("\n".join(gaps))
            campaign.write(
                {
                    "identity_checked_on": campaign.company_id._bde_today(),
                    "identity_checked_by_id": self.env.uid,
                }
            )
        return True

    def action_start(self):
        """Starts campaigns that are complete: letters may leave from now on.

        :raise UserError: what lacks, one line each
        """
        for campaign in self.filtered(lambda one: one.state == "preparing"):
            campaign.check_access("write")
            if gaps := campaign._identity_gaps():
                raise UserError("\n".join(gaps))
            campaign.state = "running"
        return True

    def action_close(self):
        """Closes campaigns: nobody is asked any more, figures stay. For the manager and the head.

        :raise AccessError: the user is neither
        """
        for school in self.company_id:
            school._bde_check_user_is("manager")
        self.write({"state": "closed"})
        # what the calendar asked for is over; what people planned stays
        self.activity_ids.filtered("automated").unlink()
        return True

    def action_reopen(self):
        """Opens campaigns again that were closed too early."""
        for school in self.company_id:
            school._bde_check_user_is("manager")
        self.filtered(lambda one: one.state == "closed").state = "running"
        return True

    def action_fill_courses(self):
        """Adds the trainings of the school that are not among the courses yet.

        :raise UserError: the school has no training
        """
        for campaign in self:
            campaign.check_access("write")
            trainings = self.env["bde.training"].search(
                [("company_id", "=", campaign.company_id.id)]
            )
            if not trainings:
                raise UserError(
                    self.env._("The school has no training yet: add them under Configuration.")
                )
            levels = dict(trainings._fields["level"]._description_selection(self.env))
            campaign.course_ids = [
                Command.create(
                    {
                        "training_id": training.id,
                        "name": training.name,
                        "rncp": training.rncp,
                        "level": levels.get(training.level),
                    }
                )
                for training in trainings - campaign.course_ids.training_id
            ]
        return True

    def action_copy_previous(self):
        """Takes over from last year's campaign what is still empty: identity, courses, components.

        :raise UserError: the school had no campaign before
        """
        for campaign in self:
            campaign.check_access("write")
            previous = campaign._previous()
            if not previous:
                raise UserError(self.env._("The school has no earlier campaign to copy."))
            campaign._copy_from(previous)
        return True

    def _copy_from(self, previous):
        """Copies what is empty here from an earlier campaign; nothing counts as compared yet."""
        vals = {
            name: previous[name]
            for name in ("soltea_name", "soltea_siret", "soltea_uai")
            # what was typed last year was compared with SOLTéA; the default was not
            if previous[name] and not self.identity_checked_on
        }
        if not self.target_amount:
            vals["target_amount"] = previous.target_amount
        self.write(vals)
        of_old = {}
        if not self.component_ids:
            for component in previous.component_ids:
                of_old[component] = component.copy({"campaign_id": self.id})
        if not self.course_ids:
            for course in previous.course_ids:
                component = of_old.get(course.component_id)
                course.copy(
                    {"campaign_id": self.id, "component_id": component.id if component else False}
                )

    def action_open_calendar(self):
        """The windows of the year."""
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id("bde_partnerships.action_tax_window")
        return action | {"domain": [("tax_year_id", "=", self.tax_year_id.id)]}

    # ------------------------------------------------------------
    # What the other parts ask
    # ------------------------------------------------------------

    def _windows(self):
        """Windows of the campaign's year, in their order."""
        return self.tax_year_id.window_ids.sorted("sequence")

    def _current_window(self, date=None):
        """The period in which employers choose at a date; empty between periods.

        :param date: ``datetime.date``, today at the school by default
        """
        self.ensure_one()
        periods = self._windows().filtered("is_period")
        return periods._at(date or self.company_id._bde_today())[:1]

    def _next_window(self, date=None):
        """The period that runs at a date, else the next one that is known; empty after the last."""
        self.ensure_one()
        date = date or self.company_id._bde_today()
        periods = self._windows().filtered("is_period")
        coming = periods.filtered(lambda one: one._state_on(date) in ("open", "coming"))
        return coming.sorted("date_from")[:1]

    def _previous(self):
        """The school's last campaign before this one; empty for its first."""
        self.ensure_one()
        return self.search(
            [("company_id", "=", self.company_id.id), ("year", "<", self.year)],
            order="year desc",
            limit=1,
        )

    @api.depends("company_id", "year")
    def _compute_has_previous(self):
        """Whether the school had a campaign before: one query for any number of campaigns."""
        first = {
            company.id: year
            for company, year in self._read_group(
                [("company_id", "in", self.company_id.ids)], ["company_id"], ["year:min"]
            )
        }
        for campaign in self:
            year = first.get(campaign.company_id.id)
            campaign.has_previous = bool(year and campaign.year and year < campaign.year)

    @api.depends_context("lang")
    @api.depends("tax_year_id.window_ids.date_from", "tax_year_id.window_ids.date_to")
    def _compute_window_text(self):
        for campaign in self:
            campaign.window_text = campaign._window_sentence()

    def _window_sentence(self):
        """Where the calendar stands today, in one sentence for the campaign's page."""
        if not self.tax_year_id:
            return False
        today = self.company_id._bde_today()
        window = self._next_window(today)
        if window and window._state_on(today) == "open":
            left = window._days_left(today)
            if left is None:
                return self.env._("%(window)s is open.", window=window.display_name)
            return self.env._(
                "%(window)s is open until %(end)s (%(days)s days left).",
                window=window.display_name,
                end=format_date(self.env, window.date_to),
                days=left,
            )
        if window:
            return self.env._(
                "%(window)s begins on %(start)s.",
                window=window.display_name,
                start=format_date(self.env, window.date_from),
            )
        if self._windows().filtered(lambda one: one.is_period and one.is_unknown):
            return self.env._(
                "The dates of %(year)s are not known yet: the académie enters them when they are "
                "published.",
                year=self.year,
            )
        return self.env._(
            "Employers have chosen: the periods of %(year)s are over.", year=self.year
        )

    @api.model
    def _campaign_of(self, company, year=None):
        """The campaign of a school in a year N, by default that of today; empty when there is none.

        :rtype: bde.tax.campaign
        """
        year = year or company._bde_today().year
        return self.search([("company_id", "=", company.id), ("year", "=", year)], limit=1)
