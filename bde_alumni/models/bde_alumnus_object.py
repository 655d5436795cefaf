from odoo import models
from odoo.exceptions import UserError
from odoo.tools import SQL


class BdeAlumnus(models.Model):
    """The right to object to the follow-up (article 21 of the GDPR), and death."""

    _inherit = "bde.alumnus"

    def _object(self, channel="link"):
        """Erases the person: what stays is one more in an anonymous count.

        The pupil's file, as long as the school has to keep it, bears the day, so that he is not
        made an alumnus again.

        :param str channel: ``link``, ``desk`` or ``paper``
        """
        self.check_access("write")
        alumni = self.sudo()  # sudo: no role erases; the right was checked
        for company, students in alumni.student_id.grouped("company_id").items():
            students.follow_up_objected_on = company._bde_today()
        alumni._count_gone("objected_count")
        alumni._erase()

    def _erase(self):
        """Erases everything about these people (in sudo); modules add what no cascade reaches."""
        self._stop_letters()
        # links bear the name and the address of who got them
        links = self.env["bde.link"].search(
            [("res_model", "=", "bde.alumnus"), ("res_id", "in", self.ids)]
        )
        links.unlink()
        self.unlink()

    def _count_gone(self, column):
        """Adds these people to the anonymous counts of their cohort; one statement.

        :param str column: ``objected_count`` or ``forgotten_count``
        """
        groups = self.grouped(lambda one: (one.company_id.id, one.cohort, one.training_id.id))
        if not groups:
            return
        keys = [(*key[:2], key[2] or None, len(group)) for key, group in groups.items()]
        schools, cohorts, trainings, counts = map(list, zip(*keys, strict=True))
        name = SQL.identifier(column)
        # without who did it nor when: whoever objects at the bureau is known there by the hour
        self.env.cr.execute(
            SQL(
                """
                INSERT INTO bde_alumni_count (company_id, cohort, training_id, %(name)s)
                SELECT * FROM unnest(%(schools)s::int[], %(cohorts)s::int[], %(trainings)s::int[],
                                     %(counts)s::int[])
                    ON CONFLICT (company_id, cohort, COALESCE(training_id, 0))
                    DO UPDATE SET %(name)s = COALESCE(bde_alumni_count.%(name)s, 0)
                                             + excluded.%(name)s
                """,
                name=name, schools=schools, cohorts=cohorts, trainings=trainings, counts=counts,
            )
        )  # fmt: skip
        self.env["bde.alumni.count"].invalidate_model()
        self._count_tutors()

    def _count_tutors(self):
        """Those of these people who were tutors stay in that figure, without a name (in sudo)."""
        rows = self.env["bde.alumni.tutor"]._read_group(
            [("alumnus_id", "in", self.ids)],
            ["company_id", "cohort", "training_id", "year"],
            ["__count"],
        )
        for company, cohort, training, year, count in rows:
            gone = self.env["bde.alumni.count"].search(
                [
                    ("company_id", "=", company.id),
                    ("cohort", "=", cohort),
                    ("training_id", "=", training.id),
                ]
            )
            counts = dict(gone.tutor_counts or {})
            counts[str(year)] = counts.get(str(year), 0) + count
            gone.tutor_counts = counts

    def action_object(self):
        """The person told the bureau that he objects: erases him, after the dialog asked."""
        self._bde_check_staff()
        self._object("desk")
        action = self.env["ir.actions.act_window"]._for_xml_id("bde_alumni.action_alumnus")
        return action | {"target": "main"}

    def action_delete_mistake(self):
        """Deletes what was typed by mistake: nobody objected, nobody is counted.

        :raise UserError: somebody was told, or answered something
        """
        self._bde_check_staff()
        self.check_access("write")
        if self.student_id or any(one.informed_on or one.consent_ids for one in self):
            raise UserError(
                self.env._(
                    "These people were told, answered, or come from a pupil's file: note an "
                    "objection, join two records, or archive instead."
                )
            )
        self.sudo()._erase()  # sudo: no role erases; the role was checked
        action = self.env["ir.actions.act_window"]._for_xml_id("bde_alumni.action_alumnus")
        return action | {"target": "main"}

    def action_end(self):
        """The dialog of what ends the follow-up: each choice says what it does."""
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id("bde_alumni.action_alumnus_end")
        return action | {"res_id": self.id}

    def action_no_more(self):
        """The person told the bureau that he wants no message any more."""
        self._bde_check_staff()
        self._no_more("desk")

    def action_resume(self):
        """The person told the bureau that he wants to hear from the school again."""
        self._bde_check_staff()
        self._resume()

    def action_note_death(self):
        """The family told the bureau."""
        self._bde_check_staff()
        self._note_death()

    def action_undo_death(self):
        """It was noted by mistake. What the person had agreed to has to be said again."""
        self._bde_check_staff()
        self.sudo().is_deceased = False  # sudo: kept field, the role was checked

    def _note_death(self):
        """Nothing is sent or shown any more; what became of the person stays in the counts."""
        self.check_access("write")
        self._withdraw(None, "desk")
        alumni = self.sudo()  # sudo: kept field, links and letters
        alumni.is_deceased = True
        alumni._close_page_links()
        alumni._stop_letters()
        alumni.activity_ids.unlink()

    def _bde_check_staff(self):
        """Stops whoever is not of the secretary's office of these schools."""
        if not self:
            raise UserError(self.env._("Choose who it is about."))
        for company in self.company_id:
            company._bde_check_user_is("secretary")
