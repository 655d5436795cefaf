import re

from odoo import api, fields, models

from odoo.addons.bde_partnerships.rules import identifiers, lookalike

# fourteen digits, parted by blanks or points as people write them
_SIRET = re.compile(r"(?<!\d)\d(?:[ .]?\d){13}(?!\d)")

# what is known beside the situation, forgotten when another one is told the same day
DETAILS = (
    "relation_id",
    "employer_text",
    "trade",
    "contract",
    "linked_to_training",
    "study_label",
    "study_place",
)


class BdeAlumnus(models.Model):
    """What became of somebody: his history, and the latest of it for lists and maps."""

    _inherit = "bde.alumnus"

    outcome_ids = fields.One2many("bde.outcome", "alumnus_id", string="Outcomes")
    wave_line_ids = fields.One2many(
        "bde.alumni.wave.line", "alumnus_id", string="Surveys", readonly=True
    )
    outcome_id = fields.Many2one(
        "bde.outcome",
        string="Latest outcome",
        compute="_compute_outcome_id",
        store=True,
        index="btree_not_null",
        ondelete="set null",
        check_company=True,
    )
    situation = fields.Selection(
        related="outcome_id.situation", store=True, index="btree_not_null", string="Situation"
    )
    employer_id = fields.Many2one(
        related="outcome_id.relation_id", store=True, index="btree_not_null", string="Employer"
    )

    @api.depends("outcome_ids.date")
    def _compute_outcome_id(self):
        for alumnus in self:
            # a row that is being typed has no date yet
            dated = alumnus.outcome_ids.filtered("date")
            alumnus.outcome_id = dated.sorted(lambda one: (one.date, one._origin.id))[-1:]

    def _note_outcome(self, vals, date=None):
        """Adds to the history what somebody does on a day; the same day is corrected.

        The caller checked who asks. ``situation`` is required; what is not told stays, unless
        the situation of that day changes.

        :param dict vals: values of ``bde.outcome``
        :param datetime.date date: today at the school by default
        :return: the outcome, in sudo
        """
        self.ensure_one()
        date = date or self.company_id._bde_today()
        # sudo: sources and links to surveys are written by verbs; the right was checked
        Outcome = self.env["bde.outcome"].sudo()
        vals = dict(vals)
        if "employer_text" in vals:
            employer = self._employer_of_text(vals["employer_text"] or "")
            vals.setdefault("relation_id", employer.id)
        outcome = Outcome.search([("alumnus_id", "=", self.id), ("date", "=", date)])
        if not outcome:
            return Outcome.create({"alumnus_id": self.id, "date": date, **vals})
        if outcome.situation != vals["situation"]:
            vals = dict.fromkeys(DETAILS, False) | vals
        outcome.write(vals)
        return outcome

    def _employer_of_text(self, text):
        """The company of the school's book that some words mean for sure: a SIRET, or the very
        words that were joined for him before. Names alone are proposed to staff, never guessed.

        :rtype: bde.relation
        """
        self.ensure_one()
        # sudo: the book of his school alone
        known = self.sudo().outcome_ids.filtered("relation_id")
        words = lookalike.fold(text)
        same = known.filtered(lambda one: words and lookalike.fold(one.employer_text) == words)
        if same:
            return same[:1].relation_id
        numbers = [identifiers.compact(found) for found in _SIRET.findall(text)]
        sirets = [number for number in numbers if identifiers.is_siret(number)]
        employers = self.env["res.partner"]._bde_find_employers(sirets).values()
        return self.env["bde.relation"].sudo().search(
            [
                ("company_id", "=", self.company_id.id),
                ("partner_id", "in", [employer.id for employer in employers]),
            ],
            limit=1,
        )  # fmt: skip
