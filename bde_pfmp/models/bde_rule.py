from odoo import api, fields, models, tools

from ..rules import legal
from ..rules import schedule as hours

SEVERITIES = [("block", "Forbids to send"), ("warn", "Warns"), ("info", "To know")]


class BdeRule(models.Model):
    """A rule of law as a dated row: article, ages, value, and whether it blocks or warns.

    The rows come with the module (``data/bde.rule.csv``) and change with it: nobody writes
    them. A placement is judged by the rules of its dates.
    """

    _name = "bde.rule"
    _description = "Rule of law"
    _inherit = ["bde.cached"]
    _order = "sequence, id"

    sequence = fields.Integer(default=10)
    code = fields.Char(required=True, index=True)
    name = fields.Char(string="Rule", required=True, translate=True)
    article = fields.Char(required=True)
    value = fields.Json(required=True)
    value_text = fields.Char(string="What it says", compute="_compute_value_text")
    severity = fields.Selection(SEVERITIES, string="Effect", required=True)
    overridable = fields.Boolean(
        string="May be set aside",
        help="The head of the school may set it aside for one placement, with its legal ground.",
    )
    age_from = fields.Integer(string="From the age of")
    age_to = fields.Integer(string="Until the age of", default=200, help="Excluded.")
    age_text = fields.Char(string="For whom", compute="_compute_age_text")
    stays = fields.Char(help="Kinds of stay, separated by commas. Empty: all.")
    stay_text = fields.Char(string="Kinds of stay", compute="_compute_stay_text")
    date_from = fields.Date(string="In force from", required=True)
    date_to = fields.Date(string="In force until")

    _ages_check = models.Constraint("CHECK(age_from < age_to)", "A rule begins at a lower age.")
    _dates_check = models.Constraint(
        "CHECK(date_to IS NULL OR date_from <= date_to)", "A rule ends after it begins."
    )

    # ------------------------------------------------------------
    # Reading
    # ------------------------------------------------------------

    @api.model
    @tools.ormcache()
    def _rules(self):
        """All the rules, for the checks that need no record.

        :rtype: tuple of :class:`..rules.legal.Rule`
        """
        # sudo: the law is the same for everybody
        return tuple(
            legal.Rule(
                code=rule.code,
                article=rule.article,
                value=legal.frozen(rule.value),
                severity=rule.severity,
                age_from=rule.age_from,
                age_to=rule.age_to,
                since=rule.date_from,
                until=rule.date_to or None,
                stays=tuple(filter(None, (rule.stays or "").split(","))),
                overridable=rule.overridable,
            )
            for rule in self.sudo().search([])
        )

    @api.model
    @tools.ormcache("code", "age", "day", "stay")
    def _rule_of(self, code, age, day, stay=None):
        """The rule of a code that binds somebody of that age on that day, or None."""
        return legal.rule_of(self._rules(), code, age, day, stay)

    @api.model
    def _limit(self, code, day, stay=None, default=None):
        """Value of the rule of a code on a day, whatever the age.

        :param default: when no rule of that code is in force
        """
        rule = self._rule_of(code, 18, day, stay)
        return rule.value if rule else default

    @api.model
    def _label(self, code):
        """Name of the rules of a code, in the language of the environment."""
        # sudo: the law is the same for everybody
        return self.sudo().search([("code", "=", code)], limit=1).name or code

    # ------------------------------------------------------------
    # In words
    # ------------------------------------------------------------

    @api.depends_context("lang")
    @api.depends("code", "value")
    def _compute_value_text(self):
        for rule in self:
            rule.value_text = rule._in_words() if rule.code else False

    def _in_words(self):
        """The value of one rule as people read it."""
        value = self.value
        clock = hours.format_minutes
        if self.code in ("day_max", "week_max", "week_legal"):
            return self.env._("%(hours)s at most", hours=clock(value))
        if self.code == "daily_rest":
            return self.env._("%(hours)s in a row", hours=clock(value))
        if self.code == "break":
            return self.env._(
                "%(minutes)s minutes after %(hours)s", minutes=value[1], hours=clock(value[0])
            )
        if self.code == "night":
            return self.env._(
                "No work from %(evening)s to %(morning)s",
                evening=clock(value[0]),
                morning=clock(value[1]),
            )
        if self.code == "host_quota":
            return self.env._(
                "%(share)s %% of the employees, %(below)s under %(threshold)s employees",
                share=value[0],
                threshold=value[1],
                below=value[2],
            )
        template = self._templates().get(self.code)
        return template % {"value": value} if template else str(value)

    @api.model
    def _templates(self):
        return {
            "weekly_rest": self.env._("%(value)s day(s) in a row"),
            "sunday": self.env._("No work"),
            "holiday": self.env._("No work, these days are not counted"),
            "age_min": self.env._("%(value)s years at least"),
            "age_school": self.env._("Only as a part of the training, with the school's follow-up"),
            "works_age": self.env._("%(value)s years at least"),
            "works_declared": self.env._(
                "Declaration of the host and of the school under %(value)s years old, medical "
                "opinion of the year"
            ),
            "host_insurance": self.env._("The convention names it"),
            "host_policy": self.env._("The convention names it"),
            "school_insurance": self.env._("The convention names it"),
            "school_policy": self.env._("The convention names it"),
            "mention_data": self.env._("Mentions 1 to 6"),
            "mention_wording": self.env._("Mentions 7 to 15"),
            "six_months": self.env._("%(value)s days of 7 h in a school year"),
            "gratification": self.env._("Beyond %(value)s days of 7 h in a school year"),
            "referent_max": self.env._("%(value)s at the same time"),
            "tutor_max": self.env._("%(value)s at the same time"),
            "waiting_period": self.env._("1/%(value)s of the stay before, on the same post"),
            "host_closed": self.env._("Not closed on the first day"),
        }

    @api.depends_context("lang")
    @api.depends("age_from", "age_to")
    def _compute_age_text(self):
        for rule in self:
            first, last = rule.age_from, rule.age_to - 1
            values = {"first": first, "last": last, "next": rule.age_to}
            if not first and rule.age_to >= 200:
                text = self.env._("Everybody")
            elif not first:
                text = self.env._("Under %(next)s", **values)
            elif rule.age_to >= 200:
                text = self.env._("From %(first)s on", **values)
            elif first == last:
                text = self.env._("At %(first)s", **values)
            else:
                text = self.env._("From %(first)s to %(last)s", **values)
            rule.age_text = text

    @api.depends_context("lang")
    @api.depends("stays")
    def _compute_stay_text(self):
        labels = dict(self.env["bde.period"]._fields["kind"]._description_selection(self.env))
        for rule in self:
            kinds = filter(None, (rule.stays or "").split(","))
            rule.stay_text = ", ".join(labels.get(kind, kind) for kind in kinds)
