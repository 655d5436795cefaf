from datetime import timedelta

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Domain

from .bde_alumni_letters import Ask
from .bde_mentor_profile import TAKES_PLACE
from .bde_mentor_request import ADDRESSES

TEXT_MIN, TEXT_MAX = 20, 1000
REPORT_MAX = 1000
# requests that one person may have under way: it is advice, not a mailing
ASKS_AT_ONCE = 3
ANSWER_DAYS = 30
RUN_DAYS = 180
KEPT_DAYS = 365


class BdeMentorRequest(models.Model):
    _inherit = "bde.mentor.request"

    # ------------------------------------------------------------
    # To ask
    # ------------------------------------------------------------

    @api.model
    def _ask(self, mentor, asker, text, shares=()):
        """Passes a request on to a mentor, or to the bureau first when one of them is a minor.

        The caller checked that the asker, or the bureau for him, does it.

        :param mentor: ``bde.alumnus``
        :param asker: ``bde.alumnus`` or ``bde.student`` of the same school
        :param shares: ``email``, ``phone``: what the mentor sees once he accepted
        :raise UserError: what keeps it from leaving, in words for who asks
        :return: the request, in sudo
        """
        # sudo: the verb of people without an account, and of the bureau, which writes no request
        mentor, asker = mentor.sudo(), asker.sudo()
        text = (text or "").strip()
        self._check_ask(mentor, asker, text)
        with_minor = not mentor.is_adult or not asker.is_adult
        return self.sudo().create(
            {
                "mentor_id": mentor.id,
                _asker_field(asker): asker.id,
                "text": text,
                "with_minor": with_minor,
                "state": "to_check" if with_minor else "sent",
                "sent_on": False if with_minor else fields.Datetime.now(),
                "asker_shares": ",".join(one for one in ADDRESSES if one in shares),
            }
        )

    @api.model
    def _check_ask(self, mentor, asker, text):
        # one of two who ask for the last place waits, and is told
        self.env["bde.document"]._lock_rows(mentor.mentor_profile_ids)
        if mentor.company_id != asker.company_id or mentor == asker:
            raise UserError(self.env._("Choose a mentor of the list."))
        if not TEXT_MIN <= len(text) <= TEXT_MAX:
            raise UserError(
                self.env._(
                    "Say in a few words who you are and what you would like to know: between"
                    " %(low)s and %(high)s characters.",
                    low=TEXT_MIN,
                    high=TEXT_MAX,
                )
            )
        own = [(_asker_field(asker), "=", asker.id), ("state", "in", TAKES_PLACE)]
        # sudo: counted only
        running = self.sudo().search(own)
        if mentor in running.mentor_id:
            raise UserError(self.env._("You have asked this mentor already."))
        if len(running) >= ASKS_AT_ONCE:
            raise UserError(
                self.env._(
                    "You have asked %(count)s mentors already: wait for an answer, or end one of"
                    " these requests.",
                    count=len(running),
                )
            )
        if mentor not in self.env["bde.alumnus"]._mentors(mentor.company_id).alumnus_id:
            raise UserError(
                self.env._("This mentor cannot be asked at the moment: choose another one.")
            )

    # ------------------------------------------------------------
    # The bureau
    # ------------------------------------------------------------

    def _check_bureau(self):
        self.check_access("read")
        for company in self.company_id:
            company._bde_check_user_is("secretary")

    def action_pass_on(self):
        """The bureau has read it: it goes to the mentor."""
        self._check_bureau()
        waiting = self.filtered(lambda one: one.state == "to_check")
        # sudo: no role writes requests; the right was checked above
        waiting.sudo().write(
            {
                "state": "sent",
                "sent_on": fields.Datetime.now(),
                "checked_by_id": self.env.uid,
            }
        )
        return True

    def action_refuse(self):
        """The bureau does not pass it on: who asked is told to come and speak of it."""
        self._check_bureau()
        waiting = self.filtered(lambda one: one.state == "to_check")
        # sudo: no role writes requests; the right was checked above
        waiting.sudo().checked_by_id = self.env.uid
        waiting._close("bureau")
        return True

    def action_end(self):
        """The bureau ends an exchange; addresses are not shown any more."""
        self._check_bureau()
        self.filtered(lambda one: one.state in TAKES_PLACE)._close("bureau")
        return True

    def action_report_handled(self):
        """What was reported was looked into."""
        self._check_bureau()
        reported = self.filtered(lambda one: one.reported_on and not one.report_handled_on)
        # sudo: no role writes requests; the right was checked above
        reported.sudo().report_handled_on = fields.Datetime.now()
        return True

    # ------------------------------------------------------------
    # The two
    # ------------------------------------------------------------

    def _accept(self, shares):
        """The mentor says yes and how he may be reached, if the other is not to be written to.

        :param shares: ``email``, ``phone``
        """
        self.ensure_one()
        self._check_answer()
        shares = [one for one in ADDRESSES if one in shares and self.mentor_id[one]]
        asker = self._asker()
        reachable = any(asker[one] for one in (self.asker_shares or "").split(",") if one)
        if not shares and not reachable:
            raise UserError(
                self.env._("Tick how this person may reach you: no address was left to you.")
            )
        self.write(
            {
                "state": "accepted",
                "answered_on": fields.Datetime.now(),
                "mentor_shares": ",".join(shares),
            }
        )

    def _decline(self):
        self.ensure_one()
        self._check_answer()
        self.write({"state": "declined", "answered_on": fields.Datetime.now()})

    def _check_answer(self):
        if self.state != "sent" or not self.mentor_id._may_write("mentoring"):
            raise UserError(self.env._("This request is not open any more."))

    def _close(self, reason):
        """Ends requests, and with them the sight of addresses.

        :param str reason: of ``CLOSED_BECAUSE``
        """
        # sudo: no role writes requests; the caller checked who ends it
        self.sudo().write(
            {"state": "closed", "closed_because": reason, "closed_on": fields.Datetime.now()}
        )

    def _report(self, side, text):
        """One of the two says that something is wrong: it ends, the bureau looks into it.

        :param str side: ``mentor`` or ``asker``
        """
        self.ensure_one()
        self._close("reported")
        self.write(
            {
                "reported_by": side,
                "reported_on": fields.Datetime.now(),
                "report_text": (text or "").strip()[:REPORT_MAX],
            }
        )

    # ------------------------------------------------------------
    # Jobs
    # ------------------------------------------------------------

    @api.model
    def _cron_follow_requests(self):
        """Ends what waits for a month or runs for half a year; erases what ended a year ago."""
        rows = self._read_group([], ["company_id"])
        companies = self.env["res.company"].union(*(company for (company,) in rows))
        companies._bde_each(self._follow_school)

    @api.model
    def _follow_school(self, company):
        own, now = Domain("company_id", "=", company.id), fields.Datetime.now()
        limits = (
            ("sent", "sent_on", ANSWER_DAYS, "no_answer"),
            ("accepted", "answered_on", RUN_DAYS, "over"),
        )
        for state, name, days, reason in limits:
            before = now - timedelta(days=days)
            self.search(own & Domain([("state", "=", state), (name, "<", before)]))._close(reason)
        old = now - timedelta(days=KEPT_DAYS)
        ended = Domain([("state", "in", ("declined", "closed")), ("write_date", "<", old)])
        left_to_look_into = Domain(
            [("reported_on", "!=", False), ("report_handled_on", "=", False)]
        )
        self.search(own & ended & ~left_to_look_into).unlink()


class BdeAlumniLetters(models.AbstractModel):
    _inherit = "bde.alumni.letters"

    @api.model
    def _asks(self, company, today):
        """The mentor is told of a request, who asked of the answer: no name, no address."""
        asks = super()._asks(company, today)
        since = fields.Datetime.now() - timedelta(days=ANSWER_DAYS)
        # sudo: states only; the letter says nothing of what was written
        Request = self.env["bde.mentor.request"].sudo()
        sent = Request.search(
            [("company_id", "=", company.id), ("state", "=", "sent"), ("sent_on", ">=", since)]
        )
        asks += [
            Ask(
                one.mentor_id,
                f"mentor_{one.id}",
                "mentoring",
                _asked_line,
                _asked_subject,
                "mentors",
            )
            for one in sent
        ]
        answered = Request.search(
            [
                ("company_id", "=", company.id),
                ("state", "in", ("accepted", "declined")),
                ("answered_on", ">=", since),
                ("from_alumnus_id", "!=", False),
            ]
        )
        asks += [
            Ask(
                one.from_alumnus_id,
                f"mentor_{one.id}_answer",
                "inform",
                _answered_line,
                _answered_subject,
                "mentors",
            )
            for one in answered
        ]
        return asks


def _asker_field(asker):
    return "from_alumnus_id" if asker._name == "bde.alumnus" else "from_student_id"


def _asked_subject(env):
    return env._("Somebody asks you for advice")


def _asked_line(env):
    return env._("Somebody asks you for advice as a mentor. Your address is shown to nobody.")


def _answered_subject(env):
    return env._("A mentor answered you")


def _answered_line(env):
    return env._("A mentor answered your request.")
