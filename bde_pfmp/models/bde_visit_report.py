import re

from psycopg2.errors import UniqueViolation

from odoo import api, fields, models
from odoo.exceptions import AccessError, ConcurrencyError, UserError, ValidationError

UUID = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")
MET = {"both": (True, True), "tutor": (True, False), "student": (False, True)}
TEXT_LENGTH = 1000
# so many at once: a phone that was away for a week sends less
MOST = 100


class BdeVisit(models.Model):
    """Reports that come from the page of teachers, ``/bde/visits``: each is taken once."""

    _inherit = "bde.visit"

    @api.model
    def _take_reports(self, reports):
        """Takes reports that a phone kept, with the rights of the user.

        The phone marks each with a uuid of its own: one that is here already is answered like
        the first time, whatever the number of times that it comes. One that cannot be taken
        does not stop the others.

        :param list reports: dicts ``uuid``, ``owner`` (id of the user who wrote it),
            ``placement``, ``visit`` (planned one, or None), ``kind``, ``channel``, ``done_on``,
            ``met`` (both, tutor, student), ``mood``, ``alert``, ``text``, ``km``
        :return: for each a dict ``uuid``, ``state`` (saved, refused, other: written by somebody
            else, it waits for him), ``message`` (what is wrong and what to do)
        """
        return [self._take_report(report) for report in reports[:MOST]]

    @api.model
    def _take_report(self, report):
        uuid = str(report.get("uuid") or "")
        if not UUID.fullmatch(uuid):
            message = self.env._("This report cannot be read: write it again.")
            return {"uuid": uuid, "state": "refused", "message": message}
        if str(report.get("owner")) != str(self.env.uid):
            return {"uuid": uuid, "state": "other", "message": ""}
        try:
            with self.env.cr.savepoint():
                self._save_report(uuid, report)
        except UniqueViolation as error:
            # sent twice at the same second: this one is played again and finds the other
            raise ConcurrencyError(uuid) from error
        except (AccessError, UserError, ValidationError) as error:
            return {"uuid": uuid, "state": "refused", "message": str(error)}
        return {"uuid": uuid, "state": "saved", "message": ""}

    @api.model
    def _save_report(self, uuid, report):
        """The visit of a report, made when it is not here yet."""
        placement = self._placement_of(report)
        # sudo: received is received, whoever follows the pupil by now
        known = self.sudo().search(
            [("company_id", "=", placement.company_id.id), ("client_uuid", "=", uuid)]
        )
        if known:
            return known
        values = self._report_values(report)
        visit = self.browse(_number(report.get("visit"))).exists()
        # somebody else reported it meanwhile, or it is of another pupil: one more contact
        if visit.placement_id == placement and visit.state == "planned":
            visit.write(values)
        else:
            teacher = self.env["bde.teacher"].search(
                [("user_id", "=", self.env.uid), ("company_id", "=", placement.company_id.id)],
                limit=1,
            )
            who = (teacher or placement.referent_id).id
            visit = self.create(values | {"placement_id": placement.id, "teacher_id": who})
        # sudo: the mark is the verbs'
        visit.sudo().client_uuid = uuid
        visit.action_done()
        return visit

    @api.model
    def _placement_of(self, report):
        placement = self.env["bde.placement"].browse(_number(report.get("placement"))).exists()
        if not placement or not placement.has_access("read"):
            raise UserError(
                self.env._(
                    "This pupil is not among yours any more. Copy what you wrote and give it to "
                    "the bureau."
                )
            )
        return placement

    @api.model
    def _report_values(self, report):
        """Fields of a report; what was not among the answers of the page is refused."""
        met = MET.get(report.get("met"))
        if not met:
            raise UserError(self.env._("Say whom you met or spoke to: tutor, pupil or both."))
        choices = {}
        for name in ("kind", "channel", "mood", "alert"):
            value = report.get(name)
            if value not in self._fields[name].get_values(self.env):
                raise UserError(
                    self.env._(
                        "“%(field)s” is not filled in.",
                        field=self._fields[name]._description_string(self.env),
                    )
                )
            choices[name] = value
        try:
            day = fields.Date.to_date(report.get("done_on"))
        except ValueError:
            day = None
        if not day:
            raise UserError(self.env._("The date cannot be read: choose it again."))
        text = str(report.get("text") or "").replace("\0", "").strip()[:TEXT_LENGTH]
        return {
            **choices,
            "done_on": day,
            "with_tutor": met[0],
            "with_student": met[1],
            "text": text or False,
            "km": self._report_km(report.get("km")),
        }

    @api.model
    def _report_km(self, typed):
        """Kilometres as typed on a phone, ``12,5`` included; none when nothing was."""
        try:
            km = float(str(typed or "0").replace(",", "."))
        except ValueError:
            km = -1
        if not 0 <= km < 2000:
            raise UserError(self.env._("Kilometres: write a number, for instance 24."))
        return km


def _number(value):
    """An id, 0 for what is none."""
    return int(value) if str(value or "").isdecimal() else 0
