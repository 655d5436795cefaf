import json

from odoo import models
from odoo.fields import Command
from odoo.tools import split_every

from ..rules.import_plan import MODELS, Known, Ref

CHUNK = 200
_CONTACT = ["email", "phone", "other_phone", "street", "street2", "zip", "city", "country"]


class BdeImport(models.Model):
    """The two ends of a plan: what the school holds, and writing what was planned."""

    _inherit = "bde.import"

    def _known(self):
        """Snapshot of the school for the year of the import, in a constant number of queries.

        :rtype: bde_pfmp.rules.import_plan.Known
        """
        self.ensure_one()
        # sudo: the user may write this import, so he is secretary of the school; the snapshot
        # needs what the last import gave, which no role reads. Every search names the school.
        env = self.env(su=True)
        company = [("company_id", "=", self.company_id.id)]
        year = [*company, ("school_year_id", "=", self.school_year_id.id)]

        def read(model, domain, names):
            records = env[model].with_context(active_test=False).search(domain)
            return records.read(names, load=None)

        known = Known(self.company_id._bde_today(), self.school_year_id.id)
        known.trainings = {
            row["mef"]: row["id"]
            for row in read("bde.training", [*company, ("active", "=", True)], ["mef"])
            if row["mef"]
        }
        known.divisions = {
            row["name"]: row
            for row in read(
                "bde.division", year, ["name", "label", "training_ids", "principal_ids"]
            )
        }
        identity = ["lastname", "firstname", "source", "source_id", "imported"]
        known.teachers = read("bde.teacher", company, [*identity, "name", "email", "phone"])
        known.teachings = read(
            "bde.teaching", year, ["teacher_id", "division_id", "subject", "hours"]
        )
        known.students = read(
            "bde.student",
            company,
            [*identity, "name", "usage_name", "birth_date", "sex", "ine", "birth_country",
             "birth_commune", *_CONTACT],
        )
        known.schoolings = read(
            "bde.schooling",
            year,
            ["student_id", "division_id", "training_id", "mef", "status", "regime", "date_start",
             "date_end"],
        )  # fmt: skip
        known.guardians = read(
            "bde.guardian", company, [*identity, "title", "is_institution", *_CONTACT]
        )
        known.guardianships = read(
            "bde.guardianship",
            [*company, ("active", "=", True)],
            ["student_id", "guardian_id", "legal_rank", "rank_source", "kinship"],
        )
        self._name_known(known)
        return known

    @staticmethod
    def _name_known(known):
        """Add the names that lines show: pupil of a link, class of a schooling."""
        divisions = {row["id"]: code for code, row in known.divisions.items()}
        teachers = {row["id"]: row["name"] for row in known.teachers}
        students = {row["id"]: row["name"] for row in known.students}
        for row in known.schoolings:
            row["division"] = divisions.get(row["division_id"], "")
        for row in known.teachings:
            row["division"] = divisions.get(row["division_id"], "")
            row["teacher"] = teachers.get(row["teacher_id"], "")
        for row in known.guardianships:
            row["student"] = students.get(row["student_id"], "")

    def _apply(self, plan):
        """Write a plan, model by model, in chunks whose number of queries does not grow.

        :param bde_pfmp.rules.import_plan.Plan plan:
        """
        refs = {}
        for model in MODELS:
            # sudo: the user was checked on the import; all records are of its school, and the
            # rules would cost a query for each changed record
            records = self.env[model].sudo().with_company(self.company_id).with_context(
                active_test=False, tracking_disable=True
            )
            for chunk in split_every(CHUNK, plan.creates[model].items(), list):
                values = [self._resolve(vals, refs) for key, vals in chunk]
                created = records.create(values)
                refs.update(
                    (Ref(model, key), record.id)
                    for (key, vals), record in zip(chunk, created, strict=True)
                )
                created.flush_recordset()
            self._apply_updates(records, plan.updates[model], refs)
            records.browse(plan.deletes[model]).unlink()

    def _apply_updates(self, records, updates, refs):
        """Write changes; records that change alike are written together."""
        alike = {}
        for res_id, values in updates.items():
            values = self._resolve(values, refs)
            key = json.dumps(values, sort_keys=True, default=str)
            alike.setdefault(key, (values, []))[1].append(res_id)
        for values, ids in alike.values():
            records.browse(ids).write(values)
        records.flush_model()

    @staticmethod
    def _resolve(values, refs):
        """Replace references by ids, and tuples by commands."""

        def one(value):
            return refs[value] if isinstance(value, Ref) else value

        return {
            name: [Command.set([one(item) for item in value])]
            if isinstance(value, tuple)
            else one(value)
            for name, value in values.items()
        }
