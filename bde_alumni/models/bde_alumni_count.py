from odoo import api, fields, models


class BdeAlumniCount(models.Model):
    """How many people of a cohort objected to the follow-up, or were forgotten by rule.

    Without a name, a sex or a date: what remains of them so that rates say out of how many.
    """

    _name = "bde.alumni.count"
    _description = "Alumni who are no longer on file"
    _inherit = ["bde.owned", "bde.kept"]
    _order = "cohort desc, training_id, id"
    _rec_name = "cohort"
    # who objects at the bureau would be known by the hour
    _log_access = False

    cohort = fields.Integer(string="Left in", required=True, readonly=True)
    training_id = fields.Many2one(
        "bde.training", readonly=True, ondelete="restrict", index="btree_not_null",
        check_company=True,
    )  # fmt: skip
    objected_count = fields.Integer(string="Objected", readonly=True)
    forgotten_count = fields.Integer(string="Erased by rule", readonly=True)

    tutor_counts = fields.Json(
        readonly=True, help="How many of those erased were tutors, by year: the figure stays."
    )

    _cohort_training_uniq = models.UniqueIndex(
        "(company_id, cohort, COALESCE(training_id, 0))", "This count is there already."
    )

    @api.model
    def _gone_tutors(self, companies, year):
        """How many who are no longer on file were tutors in a school year; one query.

        :return: ``{(company id, cohort): count}``
        """
        found = {}
        rows = self.search_fetch(
            [("company_id", "in", companies.ids), ("tutor_counts", "!=", False)],
            ["company_id", "cohort", "tutor_counts"],
        )
        for row in rows:
            if count := (row.tutor_counts or {}).get(str(year)):
                key = row.company_id.id, row.cohort
                found[key] = found.get(key, 0) + count
        return found

    @api.model
    def _gone(self, companies, cohorts):
        """How many are no longer on file; one query.

        :return: ``{(company id, cohort): (objected, forgotten)}``
        """
        rows = self._read_group(
            [("company_id", "in", companies.ids), ("cohort", "in", list(cohorts))],
            ["company_id", "cohort"],
            ["objected_count:sum", "forgotten_count:sum"],
        )
        return {
            (company.id, cohort): (objected, forgotten)
            for company, cohort, objected, forgotten in rows
        }
