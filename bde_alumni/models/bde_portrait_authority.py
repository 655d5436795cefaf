from odoo import api, models

from .bde_portrait_verbs import LIVE


class BdePortrait(models.Model):
    """Holders of authority who disagree, or are not those any more who had agreed.

    A picture of a minor is no usual act (article 372-1 of the Code civil): it is shown as long as
    each of those who have authority today agreed to it, and no longer.
    """

    _inherit = "bde.portrait"

    def _stands(self, picture, use, today):
        return super()._stands(picture, use, today) and self._guardians_stand()

    def _guardians_stand(self):
        """Whether those who agreed for a minor are those who have authority over him today."""
        if not self.is_minor:
            return True
        rows = self._current_rows().filtered(lambda one: one.by == "guardian")
        if not rows or any(not row.guardian_id for row in rows):
            # erased since: nobody is left who could take it back
            return False
        # sudo: who has authority, and whether they disagree; neither is shown
        student = self.alumnus_id.sudo().student_id
        if not student:
            return True
        holders = student._legal_guardians()
        return bool(holders) and holders <= rows.guardian_id and not student.guardian_dispute

    def _follow_guardians(self):
        """Takes down at once what the holders of authority do not carry any more (in sudo)."""
        for portrait in self.filtered(lambda one: one.state in LIVE and one.is_minor):
            if not portrait._guardians_stand():
                portrait._stop()
                portrait._tell_bureau(_no_longer_carried, portrait.alumnus_id.firstname)


class BdeStudent(models.Model):
    _inherit = "bde.student"

    def _live_portraits(self):
        """Portraits of these pupils that are asked for or shown (in sudo)."""
        # sudo: whoever notes the change, the portraits follow
        Portrait = self.env["bde.portrait"].sudo()
        return Portrait.search([("alumnus_id.student_id", "in", self.ids), ("state", "in", LIVE)])

    def _follow_authority(self):
        result = super()._follow_authority()
        self._live_portraits()._follow_guardians()
        return result

    def _follow_dispute(self):
        result = super()._follow_dispute()
        self._live_portraits()._follow_guardians()
        return result


class BdeGuardian(models.Model):
    _inherit = "bde.guardian"

    @api.ondelete(at_uninstall=False)
    def _unlink_stop_portraits(self):
        # sudo: whoever removes a guardian; the database only empties the field
        rows = self.env["bde.portrait.consent"].sudo().search(
            [("guardian_id", "in", self.ids), ("state", "!=", "replaced")]
        )  # fmt: skip
        shown = rows.portrait_id.filtered("is_minor")
        rows.guardian_id = False
        shown._follow_guardians()


class BdeGuardianship(models.Model):
    _inherit = "bde.guardianship"

    def unlink(self):
        students = self.student_id
        result = super().unlink()
        students.exists()._live_portraits()._follow_guardians()
        return result


def _no_longer_carried(env, name):
    return env._(
        "Portrait of %(name)s: who has authority changed or disagrees, it is shown no more",
        name=name,
    )
