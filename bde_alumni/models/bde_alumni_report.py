from odoo import api, fields, models
from odoo.tools import SQL

from odoo.addons.bde_partnerships.models.bde_naf import SECTIONS

from .bde_outcome import CONTRACTS, LINKED, SITUATIONS


class BdeAlumniReport(models.Model):
    """One line a leaver and survey: what steering counts and splits.

    Definitions stand here once, those of ``rules/outcomes.py``: who died is counted apart, who is
    still to be asked too, and rates are on those who answered. The page of a cohort, the figures
    of the académie and the report for the board are sums of these columns.
    """

    _name = "bde.alumni.report"
    _description = "What has become of leavers"
    _inherit = ["bde.owned"]
    _auto = False
    _order = "cohort desc, months, id"
    _rec_name = "alumnus_id"

    alumnus_id = fields.Many2one("bde.alumnus", string="Leaver", readonly=True, check_company=True)
    wave_id = fields.Many2one("bde.alumni.wave", string="Survey", readonly=True, check_company=True)
    cohort = fields.Integer(string="Left in", readonly=True, aggregator=None)
    months = fields.Integer(string="Months after leaving", readonly=True, aggregator=None)
    # two digits: groups come in the order of the values
    survey_at = fields.Selection(
        [("06", "6 months"), ("12", "12 months"), ("18", "18 months"), ("24", "24 months")],
        string="Survey after",
        readonly=True,
    )
    training_id = fields.Many2one("bde.training", readonly=True, check_company=True)
    diploma = fields.Selection(
        lambda self: self._selection_of("bde.training", "diploma"),
        string="Type of diploma",
        readonly=True,
    )
    diploma_result = fields.Selection(
        lambda self: self._selection_of("bde.alumnus", "diploma_result"),
        string="Diploma",
        readonly=True,
    )
    sex = fields.Selection(lambda self: self._selection_of("bde.alumnus", "sex"), readonly=True)
    situation = fields.Selection(SITUATIONS, readonly=True)
    contract = fields.Selection(CONTRACTS, readonly=True)
    linked_to_training = fields.Selection(LINKED, string="Linked to the training", readonly=True)
    relation_id = fields.Many2one(
        "bde.relation", string="Employer", readonly=True, check_company=True
    )
    employer_text = fields.Char(string="Employer as told", readonly=True)
    naf_id = fields.Many2one("bde.naf", string="Activity (NAF)", readonly=True)
    naf_section = fields.Selection(SECTIONS, string="Sector", readonly=True)
    city = fields.Char(string="Town of the employer", readonly=True)

    asked_count = fields.Integer(
        string="Asked", readonly=True, help="Or tried, without a way to reach them; alive."
    )
    answered_count = fields.Integer(string="Answered", readonly=True)
    job_count = fields.Integer(string="In a job", readonly=True)
    apprenticeship_count = fields.Integer(string="Apprentices", readonly=True)
    study_count = fields.Integer(string="Studying", readonly=True)
    looking_count = fields.Integer(string="Looking for a job", readonly=True)
    other_count = fields.Integer(string="Otherwise", readonly=True)
    deceased_count = fields.Integer(string="Deceased", readonly=True)
    waiting_count = fields.Integer(string="Still to be asked", readonly=True)

    _depends = {
        "bde.alumni.wave": ["cohort", "months"],
        "bde.alumni.wave.line": [
            "company_id",
            "wave_id",
            "alumnus_id",
            "state",
            "training_id",
            "outcome_id",
            "situation",
        ],
        "bde.alumnus": ["sex", "is_deceased", "diploma_result"],
        "bde.outcome": ["relation_id", "employer_text", "contract", "linked_to_training"],
        "bde.relation": ["partner_id", "partner_city"],
        "bde.training": ["diploma"],
        "res.partner": ["naf_id"],
        "bde.naf": ["section"],
    }

    @api.model
    def _selection_of(self, model, name):
        return self.env[model]._fields[name]._description_selection(self.env)

    def action_open_alumnus(self):
        """Opens the leaver of the line."""
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "res_model": "bde.alumnus",
            "res_id": self.alumnus_id.id,
            "view_mode": "form",
            "views": [(False, "form")],
        }

    @api.model
    def _flush_for_figures(self):
        """Writes what a statement of our own is about to read."""
        for model, names in self._depends.items():
            self.env[model].flush_model(names)

    @property
    def _table_query(self):
        counts = SQL(", ").join(
            SQL(
                "(line.counted AND line.situation = %s)::int AS %s",
                code,
                SQL.identifier(f"{code}_count"),
            )
            for code, _label in SITUATIONS
        )
        return SQL(
            """
            SELECT line.id, line.company_id, line.alumnus_id, line.wave_id, line.cohort,
                   line.months, lpad(line.months::text, 2, '0') AS survey_at,
                   line.training_id, training.diploma, line.diploma_result, line.sex,
                   line.situation, outcome.contract, outcome.linked_to_training,
                   outcome.relation_id, outcome.employer_text, naf.id AS naf_id,
                   naf.section AS naf_section, relation.partner_city AS city,
                   line.counted::int AS asked_count,
                   (line.counted AND line.situation IS NOT NULL)::int AS answered_count,
                   %(counts)s,
                   (line.tried AND line.is_deceased)::int AS deceased_count,
                   (NOT line.tried AND NOT line.is_deceased)::int AS waiting_count
              FROM (SELECT asked.id, asked.company_id, asked.alumnus_id, asked.wave_id,
                           wave.cohort, wave.months, asked.training_id, asked.situation,
                           asked.outcome_id, alumnus.sex, alumnus.diploma_result,
                           asked.state <> 'to_send' AS tried,
                           COALESCE(alumnus.is_deceased, FALSE) AS is_deceased,
                           asked.state <> 'to_send'
                               AND NOT COALESCE(alumnus.is_deceased, FALSE) AS counted
                      FROM bde_alumni_wave_line asked
                      JOIN bde_alumni_wave wave ON wave.id = asked.wave_id
                      JOIN bde_alumnus alumnus ON alumnus.id = asked.alumnus_id) line
         LEFT JOIN bde_training training ON training.id = line.training_id
         LEFT JOIN bde_outcome outcome ON outcome.id = line.outcome_id
         LEFT JOIN bde_relation relation ON relation.id = outcome.relation_id
         LEFT JOIN res_partner employer ON employer.id = relation.partner_id
         LEFT JOIN bde_naf naf ON naf.id = employer.naf_id
            """,
            counts=counts,
        )
