from odoo import api, fields, models
from odoo.exceptions import UserError, ValidationError
from odoo.tools import ormcache

from ..rules.quality import Terms

VIEWS = [
    ("student", "Pupil, on the company"),
    ("referent", "Referent teacher, on the company"),
    ("tutor", "Tutor, on the school"),
]
# what every question is answered by; the value is what the formula counts with
LEVELS = [
    ("4", "Yes, fully"),
    ("3", "Rather yes"),
    ("2", "Rather no"),
    ("1", "No"),
    ("0", "Not concerned"),
]

# code of a figure of the formula: field of rules.quality.Terms, smallest and largest value
TERMS = {
    "half_life": (30, 3650),
    "prior": (0, 50),
    # below three answers people would be known by what they said
    "minimum": (3, 20),
    "recent_days": (30, 1825),
    "step": (0, 100),
    "deadline_days": (7, 365),
    "confirm_days": (30, 1825),
}
DEFAULTS = Terms()._asdict() | {"deadline_days": 90, "confirm_days": 365}


class BdeQuestion(models.Model):
    """A short question about a stay, for the pupil, the referent or the tutor.

    National list, data of the module; the académie may add and retire some. What was answered
    is kept by code: the words may be corrected, not what a code means.
    """

    _name = "bde.question"
    _description = "Question about a placement"
    _order = "view, sequence, id"

    view = fields.Selection(VIEWS, string="Asked of", required=True)
    code = fields.Char(required=True, help="Short name, for good: answers are kept under it.")
    name = fields.Char(
        string="Theme",
        required=True,
        translate=True,
        help="In two words, for lists and the company.",
    )
    text = fields.Char(string="Question", required=True, translate=True)
    weight = fields.Float(
        required=True, default=1.0, help="Weight in the score of a stay; 0: asked and not counted."
    )
    sequence = fields.Integer(default=10)
    date_from = fields.Date(string="From", help="Asked for stays that end from this day on.")
    date_to = fields.Date(string="To", help="No longer asked for stays that end after this day.")

    _view_code_uniq = models.Constraint(
        "UNIQUE(view, code)", "There is a question with this code for the same persons."
    )
    _weight_check = models.Constraint("CHECK(weight >= 0)", "A weight is not negative.")
    _dates_check = models.Constraint(
        "CHECK(date_from <= date_to)", "The question is retired before it is asked."
    )

    def write(self, vals):
        changed = any(
            question[name] != vals[name]
            for question in self
            for name in ("view", "code")
            if name in vals
        )
        if changed:
            raise UserError(
                self.env._(
                    "Answers are kept under this code: retire the question by its last day and "
                    "write a new one."
                )
            )
        return super().write(vals)

    @api.model
    def _choices(self):
        """Answers to a question: list of (value, words)."""
        env = self.env
        return [
            (4, env._("Yes, fully")),
            (3, env._("Rather yes")),
            (2, env._("Rather no")),
            (1, env._("No")),
            (0, env._("Not concerned")),
        ]

    @api.model
    def _asked(self, view, day):
        """Questions asked of somebody about a stay that ends on a day."""
        # sudo: shared data; teachers and people with a link have no access line
        return self.sudo().search(
            [
                ("view", "=", view),
                "|",
                ("date_from", "=", False),
                ("date_from", "<=", day),
                "|",
                ("date_to", "=", False),
                ("date_to", ">=", day),
            ]
        )


class BdeQualityTerm(models.Model):
    """A figure of the formula of quality; see :mod:`bde_pfmp.rules.quality`.

    The académie sets it for all its schools, for an index compares them.
    """

    _name = "bde.quality.term"
    _description = "Figure of the quality of sites"
    _order = "sequence, id"

    code = fields.Char(required=True, readonly=True)
    name = fields.Char(required=True, translate=True, readonly=True)
    help = fields.Char(string="What it does", translate=True, readonly=True)
    value = fields.Float(required=True)
    sequence = fields.Integer(default=10, readonly=True)

    _code_uniq = models.Constraint("UNIQUE(code)", "This figure stands there already.")

    @api.constrains("value", "code")
    def _check_value(self):
        for term in self:
            low, high = TERMS.get(term.code, (term.value, term.value))
            if not low <= term.value <= high:
                raise ValidationError(
                    self.env._(
                        "%(name)s: between %(low)s and %(high)s.",
                        name=term.name,
                        low=low,
                        high=high,
                    )
                )

    @api.model_create_multi
    def create(self, vals_list):
        self.env.registry.clear_cache()
        return super().create(vals_list)

    def write(self, vals):
        self.env.registry.clear_cache()
        return super().write(vals)

    def unlink(self):
        self.env.registry.clear_cache()
        return super().unlink()

    @api.model
    @ormcache()
    def _values(self):
        # sudo: shared data, read by every role and by pages without an account
        rows = self.sudo().search_fetch([], ["code", "value"])
        return DEFAULTS | {row.code: row.value for row in rows if row.code in DEFAULTS}

    @api.model
    def _terms(self):
        """Figures of the formula.

        :rtype: bde_pfmp.rules.quality.Terms
        """
        values = {name: self._values()[name] for name in Terms._fields}
        return Terms(**values)._replace(
            minimum=int(values["minimum"]), recent_days=int(values["recent_days"])
        )

    @api.model
    def _days(self, code):
        """A number of days: ``deadline_days`` (to answer), ``confirm_days`` (of a site)."""
        return int(self._values()[code])
