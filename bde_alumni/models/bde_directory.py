from odoo import api, fields, models
from odoo.fields import Domain

from odoo.addons.bde_partnerships.models.res_partner_lookalike import _trigram

from ..rules import directory

# what stands in the keys
IN_KEYS = (
    "training_id.name",
    "cohort",
    "city",
    "trade",
    "employer_name",
    "study_name",
)


class BdeAlumnus(models.Model):
    """What an alumnus is found by, stored: a search reads one trigram index, whatever its size.

    ``directory_key`` holds all that the school knows, for the bureau. ``member_key`` holds the
    name and what the person shows, for the other members: what is hidden cannot be guessed by
    searching for it. It is empty for whoever is not in the directory.
    """

    _inherit = "bde.alumnus"

    directory_key = fields.Char(string="Found by", compute="_compute_directory_key", store=True)
    member_key = fields.Char(
        string="Found by members by", compute="_compute_member_key", store=True
    )
    # names of the fields that the standing consent shows, between commas
    member_shows = fields.Char(string="Shown to members", compute="_compute_member_key", store=True)
    directory_search = fields.Char(
        string="Name, trade, town, company…", store=False, search="_search_directory_search"
    )
    # stored: a list of eighty reads no outcome
    trade = fields.Char(related="outcome_id.trade", store=True, string="Occupation")
    employer_name = fields.Char(
        string="Employer (name)", compute="_compute_employer_name", store=True
    )
    study_name = fields.Char(string="Studies", compute="_compute_employer_name", store=True)

    _directory_key_trgm = _trigram("directory_key")
    _member_key_trgm = _trigram("member_key")

    @api.depends(
        "outcome_id.employer_text",
        "outcome_id.relation_id.partner_name",
        "outcome_id.study_label",
        "outcome_id.study_place",
    )
    def _compute_employer_name(self):
        for alumnus in self:
            outcome = alumnus.outcome_id
            alumnus.employer_name = outcome.relation_id.partner_name or outcome.employer_text
            studies = filter(None, (outcome.study_label, outcome.study_place))
            alumnus.study_name = ", ".join(studies) or False

    def _directory_texts(self):
        """{name of a field of the directory: what is shown, and found}.

        Addresses are shown to members when their owner says so, never looked for.
        """
        self.ensure_one()
        return {
            "training": self.training_id.name,
            "cohort": self.cohort,
            "city": self.city,
            "trade": self.trade,
            "employer": self.employer_name,
            "study": self.study_name,
        }

    @api.depends("name", "lastname", "former_name", "division_name", *IN_KEYS)
    def _compute_directory_key(self):
        for alumnus in self:
            texts = alumnus._directory_texts()
            # a name of before finds whoever uses another one
            before = (alumnus.former_name, alumnus.usage_name and alumnus.lastname)
            alumnus.directory_key = directory.key_of(
                [alumnus.name, *before, alumnus.division_name, *texts.values()]
            )

    @api.depends(
        "name",
        "birth_date",
        "kind",
        "active",
        "is_deceased",
        "no_more_on",
        "consent_ids.state",
        "consent_ids.shown_fields",
        *IN_KEYS,
    )
    def _compute_member_key(self):
        for alumnus in self:
            standing = alumnus.consent_ids.filtered(
                lambda one: one.purpose == "directory" and one.state == "given"
            )
            gone = not alumnus.active or alumnus.is_deceased or alumnus.no_more_on
            if not standing or gone:
                alumnus.member_key = alumnus.member_shows = False
                continue
            shown = set(standing[:1].shown_fields or ())
            if not alumnus.is_adult:
                # what he said as a minor ends at 18: it is worked out again then
                shown -= directory.MINOR_HIDES
            texts = alumnus._directory_texts()
            alumnus.member_shows = ",".join(["", *sorted(shown), ""])
            alumnus.member_key = directory.key_of(
                [alumnus.name, *(text for name, text in texts.items() if name in shown)]
            )

    @api.model
    def _search_directory_search(self, operator, value):
        """Alumni whom all these words are true of: name, training, year, trade, town, company."""
        if operator != "ilike" or not isinstance(value, str):
            return NotImplemented
        words = directory.parts(value)
        if not words:
            return Domain.FALSE if value.strip() else Domain.TRUE
        return Domain.AND([Domain("directory_key", "like", word) for word in words])
