from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Domain

from ..rules import consents


class BdeAlumnus(models.Model):
    """The verbs of consent. Whoever sends or shows anything asks :meth:`_may_write` first."""

    _inherit = "bde.alumnus"

    def _may_write(self, purpose):
        """Those who may be written to for a purpose, at this very moment.

        :param str purpose: ``follow_up`` or ``safety_net`` (told before, and nobody said no for
            good), a purpose of ``consents.PURPOSES`` (consent stands), or ``inform`` (the
            information itself, and answers to what the person did)
        :rtype: bde.alumnus
        """
        reached = self.exists().filtered(
            lambda one: one.active and not one.is_deceased and not one.no_more_on
        )
        if purpose == consents.INFORM:
            return reached
        if purpose in consents.PUBLIC_TASKS:
            return reached.filtered("informed_on")
        return reached.filtered(f"ok_{purpose}")

    @api.model
    def _may_write_domain(self, purpose):
        """The same as :meth:`_may_write`, as a domain for lists and jobs.

        :rtype: Domain
        """
        domain = Domain(
            [("active", "=", True), ("is_deceased", "=", False), ("no_more_on", "=", False)]
        )
        if purpose == consents.INFORM:
            return domain
        if purpose in consents.PUBLIC_TASKS:
            return domain & Domain("informed_on", "!=", False)
        return domain & Domain(f"ok_{purpose}", "=", True)

    def _consent(self, purpose, fields=(), by="self", channel="link"):
        """Writes down that people agree; what stands already in the same words is left alone.

        :param str purpose: of ``consents.PURPOSES``
        :param fields: what is shown in the directory (``consents.DIRECTORY_FIELDS``)
        :param str by: ``self`` or ``guardians``
        :param str channel: ``link``, ``desk`` or ``paper``
        :raise UserError: too young to agree alone, of age while guardians agree, dead, or the
            person said no for good
        :return: the consents that stand now
        """
        self.check_access("write")
        shown = consents.shown_fields(fields) if purpose == "directory" else []
        self._check_may_consent(purpose, by)
        # sudo: no role writes consents directly; the right was checked above
        Consent = self.env["bde.alumni.consent"].sudo()
        standing = Consent.search(
            [("alumnus_id", "in", self.ids), ("purpose", "=", purpose), ("state", "=", "given")]
        )
        same = standing.filtered(
            lambda one: (
                one.text_version == consents.TEXT_VERSION
                and (one.shown_fields or []) == shown
                and one.by == by
            )
        )
        (standing - same)._end("replaced", channel)
        text = Consent._sentences()[purpose]
        # sudo: as above
        missing = self.sudo() - same.alumnus_id
        made = Consent.create(
            [
                {
                    "alumnus_id": alumnus.id,
                    "purpose": purpose,
                    "shown_fields": shown,
                    "given_on": alumnus.company_id._bde_today(),
                    "by": by,
                    "channel": channel,
                    "text_version": consents.TEXT_VERSION,
                    "text": text,
                }
                for alumnus in missing
            ]
        )
        if by == "self":
            # sudo: a kept field; the page need not ask what was said on paper
            for company, alumni in self.sudo().grouped("company_id").items():
                alumni.choices_on = company._bde_today()
        return (same | made).with_env(self.env)

    def _may_say(self, purpose, by="self"):
        """Whether this person, or his guardians, may agree to a purpose today.

        :rtype: bool
        """
        self.ensure_one()
        today = self.company_id._bde_today()
        return consents.may_say_yes(purpose, self.birth_date, today, by, self.is_adult)

    def _check_may_consent(self, purpose, by):
        for alumnus in self.sudo():  # sudo: compared only, the right was checked
            if alumnus.is_deceased:
                raise UserError(self.env._("Nothing is noted any more for this person."))
            if alumnus.no_more_on:
                raise UserError(
                    self.env._(
                        "%(name)s said no for good on %(date)s: only that person takes it back,"
                        " before agreeing to anything.",
                        name=alumnus.name,
                        date=fields.Date.to_string(alumnus.no_more_on),
                    )
                )
            if alumnus._may_say(purpose, by):
                continue
            if not alumnus.birth_date and by == "self":
                message = self.env._(
                    "Nobody knows whether %(name)s is of age: note the date of birth first.",
                    name=alumnus.name,
                )
            elif by == "guardians":
                message = self.env._("%(name)s is of age and agrees alone.", name=alumnus.name)
            else:
                message = self.env._(
                    "%(name)s is too young to agree to this alone: the guardians say it.",
                    name=alumnus.name,
                )
            raise UserError(message)

    def _withdraw(self, purposes=None, channel="link"):
        """Ends consents, at once: nothing that waits leaves any more.

        :param purposes: of ``consents.PURPOSES``; None: all of them
        :param str channel: ``link``, ``desk``, ``paper`` or ``job``
        :return: the consents that ended
        """
        self.check_access("write")
        # sudo: no role writes consents directly; the right was checked above
        ended = self.env["bde.alumni.consent"].sudo().search(
            [
                ("alumnus_id", "in", self.ids),
                ("purpose", "in", list(purposes or consents.PURPOSES)),
                ("state", "=", "given"),
            ]
        )  # fmt: skip
        ended._end("withdrawn", channel)
        for purpose, lines in ended.grouped("purpose").items():
            lines.alumnus_id._consent_ended(purpose)
        return ended.with_env(self.env)

    def _consent_ended(self, purpose):
        """Hook: takes away what stood on a consent that was withdrawn or expired (in sudo).

        :param str purpose: of ``consents.PURPOSES``
        """

    def _no_more(self, channel="link"):
        """No for good: every consent ends, nothing is sent any more, nothing is shown.

        What became of the person stays in the counts of the follow-up: who does not want that
        either objects, see :meth:`_object`.
        """
        self._withdraw(None, channel)
        for company, alumni in self.sudo().grouped("company_id").items():  # sudo: kept field
            alumni.filtered(lambda one: not one.no_more_on).no_more_on = company._bde_today()
        self.sudo()._stop_letters()  # sudo: the log of the letters is written by its verbs

    def _resume(self):
        """The person takes back a no for good. Nothing that he agreed to before stands again."""
        self.check_access("write")
        self.sudo().no_more_on = False  # sudo: kept field, the right was checked

    def _stop_letters(self):
        """Hook: cancels what waits to leave to these people (in sudo)."""

    def _note_informed(self, how, date=None):
        """Writes down that people were told of the follow-up, of who reads it and of their rights.

        :param str how: ``letter``, ``class``, ``paper`` or ``desk``
        :param datetime.date date: today by default; a date that is there already stays
        """
        self.check_access("write")
        news = self.sudo().filtered(lambda one: not one.informed_on)  # sudo: kept fields
        for company, alumni in news.grouped("company_id").items():
            alumni.write({"informed_on": date or company._bde_today(), "informed_how": how})


class BdeAlumniConsent(models.Model):
    _inherit = "bde.alumni.consent"

    def _end(self, state, channel):
        """Ends consents that stand (in sudo).

        :param str state: ``withdrawn``, ``replaced`` or ``expired``
        """
        for company, lines in self.grouped("company_id").items():
            lines.write({"state": state, "ended_on": company._bde_today(), "end_channel": channel})
        # an INSERT overtakes pending UPDATEs: what was just ended would still stand
        self.flush_recordset(["state"])
