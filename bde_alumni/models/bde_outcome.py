from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Domain

SITUATIONS = [
    ("job", "Job"),
    ("apprenticeship", "Apprenticeship"),
    ("study", "Study"),
    ("looking", "Looking for a job"),
    ("other", "Other"),
]
CONTRACTS = [
    ("cdi", "Permanent contract"),
    ("cdd", "Fixed-term contract"),
    ("interim", "Temporary work"),
    ("apprentice", "Apprenticeship contract"),
    ("self", "Self-employed"),
    ("public", "Public service"),
    ("other", "Other"),
]
LINKED = [("yes", "Yes"), ("partly", "Partly"), ("no", "No")]
SOURCES = [
    ("link", "By his link"),
    ("sms", "By a link sent by SMS"),
    ("call", "By telephone"),
    ("staff", "Typed by the school"),
    ("plan", "Plan of the final year"),
]
HORIZONS = (6, 12, 18, 24)


class BdeOutcome(models.Model):
    """What a leaver did on a day: the history of each person, one row a day.

    A second answer of the same day replaces the first, see ``alumnus._note_outcome``; one of
    another day stands beside it.
    """

    _name = "bde.outcome"
    _description = "Outcome of a leaver"
    _inherit = ["bde.owned", "bde.kept"]
    _order = "date desc, id desc"

    alumnus_id = fields.Many2one(
        "bde.alumnus", required=True, index=True, ondelete="cascade", check_company=True
    )
    company_id = fields.Many2one(
        related="alumnus_id.company_id", store=True, precompute=True, default=None
    )
    date = fields.Date(required=True, default=lambda self: self.env.company._bde_today())
    months = fields.Integer(
        string="Months after leaving",
        readonly=True,
        aggregator=None,
        help="6, 12, 18 or 24 for an answer to a survey; 0 for what was learnt in between.",
    )
    situation = fields.Selection(SITUATIONS, required=True)
    relation_id = fields.Many2one(
        "bde.relation",
        string="Employer",
        index="btree_not_null",
        ondelete="set null",
        check_company=True,
        help="Company of the school's book.",
    )
    employer_text = fields.Char(
        string="Employer as told", help="In his words, until it is joined to a company."
    )
    trade = fields.Char(string="Occupation")
    contract = fields.Selection(CONTRACTS)
    linked_to_training = fields.Selection(LINKED, string="Linked to the training")
    study_label = fields.Char(string="Studies")
    study_place = fields.Char(string="Place of study")
    source = fields.Selection(SOURCES, required=True, readonly=True, default="staff")
    wave_line_id = fields.Many2one(
        "bde.alumni.wave.line",
        string="Answer to",
        readonly=True,
        index="btree_not_null",
        ondelete="set null",
        check_company=True,
    )
    answered_by = fields.Char(
        readonly=True, help="Who answered, when it was not the person: a parent, a teacher."
    )
    suggested_relation_id = fields.Many2one(
        "bde.relation",
        string="Looks like",
        compute="_compute_suggested_relation_id",
        help="Company of your book whose name is like what was told.",
    )

    _alumnus_date_uniq = models.Constraint(
        "UNIQUE(alumnus_id, date)", "This day's situation is noted already: change that one."
    )
    _company_months_idx = models.Index("(company_id, months, situation)")

    @api.depends_context("lang")
    @api.depends("alumnus_id.name", "situation", "date")
    def _compute_display_name(self):
        labels = dict(self._fields["situation"]._description_selection(self.env))
        for outcome in self:
            said = (outcome.alumnus_id.name, labels.get(outcome.situation))
            outcome.display_name = " – ".join(filter(None, said))

    # ------------------------------------------------------------
    # Employers as told
    # ------------------------------------------------------------

    @api.model
    def _to_join_domain(self):
        """Those that name an employer who is no company of the book yet."""
        return Domain(
            [
                ("employer_text", "!=", False),
                ("relation_id", "=", False),
                ("situation", "in", ("job", "apprenticeship")),
            ]
        )

    @api.depends("employer_text", "relation_id")
    def _compute_suggested_relation_id(self):
        self.suggested_relation_id = False
        told = self.filtered(lambda one: one.employer_text and not one.relation_id)
        if not told:
            return
        cards = [_card(outcome.employer_text) for outcome in told]
        found = self.env["res.partner"]._bde_lookalikes(cards, limit=3)
        partners = self.env["res.partner"].union(*(one for ones in found for one, _s, _r in ones))
        relations = {
            (relation.company_id, relation.partner_id): relation
            for relation in self.env["bde.relation"].search([("partner_id", "in", partners.ids)])
        }
        for outcome, alike in zip(told, found, strict=True):
            own = [relations.get((outcome.company_id, partner)) for partner, _s, _r in alike]
            outcome.suggested_relation_id = next((one for one in own if one), False)

    def action_join_suggested(self):
        """Joins what was told to the company that it looks like, as staff saw it."""
        self.check_access("write")
        # read before the first is written, which would make them all be looked up again
        found = {one: one.suggested_relation_id for one in self if one.suggested_relation_id}
        if not found:
            raise UserError(
                self.env._(
                    "No company of your book looks like that: choose it, or press New company."
                )
            )
        for outcome, relation in found.items():
            outcome.relation_id = relation
        return True

    def action_register_employer(self):
        """Opens the registration of a company with the words of the leaver."""
        self.ensure_one()
        self.check_access("write")
        card = _card(self.employer_text or "")
        action = self.env["ir.actions.actions"]._for_xml_id(
            "bde_partnerships.action_employer_register"
        )
        return action | {
            "context": {
                "default_company_id": self.company_id.id,
                "default_query": self.employer_text,
                "default_name": card["name"],
                "default_city": card.get("city"),
                "default_bde_outcome_id": self.id,
            }
        }

    # ------------------------------------------------------------
    # Mended
    # ------------------------------------------------------------

    def action_not_his(self):
        """Takes away what somebody else answered: the leaver is asked again."""
        for company in self.company_id:
            company._bde_check_user_is("secretary")
        self.check_access("write")
        if self.filtered(lambda one: not one.wave_line_id):
            raise UserError(
                self.env._("This was not an answer to a survey: correct it on its page.")
            )
        # sudo: lines and answers are written by verbs; the right was checked
        lines = self.sudo().wave_line_id
        self.sudo().unlink()
        lines._forget_answer()
        # the record on the screen is gone
        action = self.env["ir.actions.actions"]._for_xml_id("bde_alumni.action_outcome")
        return action | {"target": "main"}


def _card(text):
    """What a leaver typed, "Duval, Melun", as a company to compare."""
    name, _comma, city = (text or "").partition(",")
    return {"name": name.strip(), "city": city.strip() or False}
