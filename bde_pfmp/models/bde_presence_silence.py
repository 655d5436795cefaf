from datetime import timedelta

from odoo import api, fields, models
from odoo.tools import SQL, email_normalize

from .bde_presence import UNDER_WAY

# Hour of the school from which silence is told: tutors are asked from 8 o'clock on.
TELL_HOUR = 10
# Stays that began longer ago are not looked at: their question is closed, the list keeps them.
BEGUN_DAYS = 31


class BdePlacement(models.Model):
    """First days of which nobody says anything: who is told, and until when they are listed."""

    _inherit = "bde.placement"

    arrival_reminded_on = fields.Date(
        string="Silence told on",
        readonly=True,
        copy=False,
        help="Last day on which the referent and the bureau were told that nobody answers.",
    )

    @api.model
    def _order_field_to_sql(self, alias, field_name, direction, nulls, query):
        """First days: who is missing, then of whom nobody has heard, then who has arrived."""
        if field_name != "arrival":
            return super()._order_field_to_sql(alias, field_name, direction, nulls, query)
        arrival = self._field_to_sql(alias, field_name, query)
        query._order_groupby.append(arrival)
        rank = SQL("CASE %s WHEN 'missing' THEN 0 WHEN 'arrived' THEN 2 ELSE 1 END", arrival)
        return SQL("%s %s", rank, direction)

    @api.model
    def _silent_domain(self, today):
        """Stays that have begun and of which nobody, company or school, has heard yet.

        Who is held at school by the head is not waited for.
        """
        return [
            ("state", "in", UNDER_WAY),
            ("arrival", "=", False),
            ("date_start", "<=", today),
            ("visit_count", "=", 0),
            ("departure_decision", "!=", "hold"),
        ]

    def _closing_obstacles(self):
        """Who did not arrive, and of whom nobody said more, has no days to count."""
        result = super()._closing_obstacles()
        for placement in self.filtered(lambda one: one.arrival == "missing"):
            result[placement].append(
                self.env._("The pupil did not arrive, and nobody says that he came later.")
            )
        return result

    def _tell_silence(self):
        """One letter a person about all these stays of a school: the referent has his own, the
        bureau all of them. Constant queries.

        :return: number of letters
        """
        url = f"{self.env['bde.link']._base_url()}/odoo/bde-arrivals"
        messages = [
            placements._silence_message(email, who, url)
            for email, (who, placements) in self._silence_readers().items()
        ]
        Delivery = self.env["bde.delivery"]
        Delivery._queue(messages)
        if messages:
            Delivery._trigger_queue()
        return len(messages)

    def _silence_message(self, email, who, url):
        def subject(env):
            return env._(
                "First day: no news of %(count)s pupil(s) – %(school)s",
                count=len(self),
                school=self.company_id.name,
            )

        lines = [placement._silence_line() for placement in self]
        return self._staff_message(
            email, who, subject, "bde_pfmp.mail_silence", {"lines": lines, "url": url}
        )

    def _silence_readers(self):
        """{address: ((name, language), stays)}."""
        readers = {
            email: (who, self) for email, who in self[:1]._staff_readers(referent=False).items()
        }
        for teacher, placements in self.grouped("referent_id").items():
            email = teacher.user_id.email or teacher.email
            if email:
                who = (teacher.name, teacher.user_id.lang or "fr_FR")
                readers.setdefault(email_normalize(email) or email, (who, placements))
        return readers

    def _silence_line(self):
        """A pupil, where he is expected and whom to call."""
        tutor = self.tutor_id or self.signatory_id
        return {
            "pupil": f"{self.student_name} ({self.division_id.name or ''})",
            "host": self.host_id.name or "",
            "tutor": tutor.name or "",
            "phone": tutor.phone or self.host_id.phone or "",
        }


class BdeStay(models.AbstractModel):
    """The morning digest of first days that nobody spoke of."""

    _inherit = "bde.stay"

    @api.model
    def _write_school_apart(self, company):
        result = super()._write_school_apart(company)
        self._apart(company, self._remind_of_silence)
        return result

    @api.model
    def _remind_of_silence(self, company):
        """Each morning while the first day is asked about: who has not been heard of.

        Once a day, on days of presence alone; later the list and the home page keep them.

        :return: the stays that were told
        """
        Placement = self.env["bde.placement"]
        today = company._bde_today()
        if company._bde_now().hour < TELL_HOUR:
            return Placement
        silent = Placement.search(
            [
                *Placement._silent_domain(today),
                ("company_id", "=", company.id),
                ("date_start", ">=", today - timedelta(days=BEGUN_DAYS)),
                "|",
                ("arrival_reminded_on", "=", False),
                ("arrival_reminded_on", "<", today),
            ],
            order="division_id, student_name, id",
        ).filtered(lambda one: one._asks_arrival(today) and today in one._slots_by_date())
        if silent:
            silent._tell_silence()
            # sudo: a mark of the job
            silent.sudo().write({"arrival_reminded_on": today})
        return silent
