from odoo import SUPERUSER_ID, api, fields, models
from odoo.exceptions import UserError

from ..rules import portraits

TO_DO = "mail.mail_activity_data_todo"
# states that something may be withdrawn in
LIVE = ("to_approve", "approved", "published")


class BdePortrait(models.Model):
    """What staff do with a portrait: give it to be read, show it, end it."""

    _inherit = "bde.portrait"

    def action_ask(self):
        """Gives the portrait to the person to be read, and to the holders of authority of a minor.

        :raise UserError: what lacks
        """
        self._check_staff()
        missed = []
        for portrait in self:
            portrait._check_may_ask()
            people = portrait._people()
            # sudo: consents and states are written by verbs; the right was checked
            kept = portrait.sudo()
            kept._current_rows().state = "replaced"
            kept.consent_ids.create(
                [
                    {"portrait_id": kept.id, "picture_id": picture.id, **person}
                    for person in people
                    for picture in (self.env["bde.portrait.picture"], *kept.picture_ids)
                ]
            )
            kept.write(
                {
                    "state": "to_approve",
                    "asked_count": kept.asked_count + 1,
                    "asked_on": kept.company_id._bde_today(),
                    "ended_on": False,
                }
            )
            missed += kept._send_guardian_links()
        return self._told_asked(missed)

    def _told_asked(self, missed):
        message = self.env._("It is on its way to be read, outside of quiet hours.")
        if missed:
            message = self.env._(
                "No address that works of %(names)s: call them, and open their page here with "
                "them, or add an address.",
                names=", ".join(missed),
            )
        return {
            "type": "ir.actions.client",
            "tag": "display_notification",
            "params": {
                "type": "warning" if missed else "success",
                "message": message,
                "sticky": bool(missed),
                "next": {"type": "ir.actions.client", "tag": "soft_reload"},
            },
        }

    def _check_may_ask(self):
        self._check_draft()
        self.picture_ids._check_alone()
        if not portraits.uses_for(self._asked_uses(), not self.is_minor):
            raise UserError(self.env._("Choose where it may be shown."))
        if self.is_minor and self.ask_letters:
            raise UserError(
                self.env._("Letters to companies carry portraits of adults: untick that use.")
            )
        if self.until <= self.company_id._bde_today():
            raise UserError(self.env._("Choose a day to come until which it is shown."))
        if not self.alumnus_id._may_write("portrait"):
            raise UserError(
                self.env._(
                    "%(name)s did not agree to be offered a portrait, or took it back: it is said "
                    "on the page of the person, or on the sheet.",
                    name=self.alumnus_id.name,
                )
            )

    def _asked_uses(self):
        return tuple(use for use in portraits.USES if self[f"ask_{use}"])

    def _people(self):
        """Who has to agree: the person, and both holders of authority over a minor.

        Source: articles 9 and 372-1 of the Code civil: a picture of a minor is no usual act.

        :return: values of consents
        :raise UserError: nobody is known who has authority, or they disagree
        """
        self.ensure_one()
        alumnus = self.alumnus_id
        person = {"by": "self", "guardian_id": False, "name": alumnus._page_person()["name"]}
        if self._decides_alone():
            return [person]
        # sudo: who has authority; the secretary reads the file of the pupil too
        student = alumnus.sudo().student_id
        guardians = student._legal_guardians() if student else self.env["bde.guardian"]
        if not guardians:
            raise UserError(
                self.env._(
                    "%(name)s is a minor, and the school knows of no holder of parental authority: "
                    "add them to the pupil's file, or wait until he or she is 18.",
                    name=alumnus.name,
                )
            )
        if student.guardian_dispute:
            raise UserError(
                self.env._(
                    "The holders of parental authority disagree: no portrait of %(name)s before "
                    "he or she is 18.",
                    name=alumnus.name,
                )
            )
        return [
            person,
            *(
                {
                    "by": "guardian",
                    "guardian_id": guardian.id,
                    "name": guardian._portrait_name(),
                }
                for guardian in guardians
            ),
        ]

    def action_publish(self):
        """Shows what was agreed to.

        :raise UserError: not everybody has agreed
        """
        self._check_staff()
        for portrait in self:
            if portrait.state != "approved":
                raise UserError(self.env._("Not everybody who has to has agreed yet."))
            # sudo: states are written by verbs; the right was checked
            portrait.sudo().write(
                {"state": "published", "published_on": portrait.company_id._bde_today()}
            )
            portrait.sudo().activity_unlink([TO_DO])
            if not portrait._is_shown():
                raise UserError(
                    self.env._("What was agreed to is over, or does not go together: ask again.")
                )

    def action_redraft(self):
        """Takes it back to writing: shown nowhere, and asked for again."""
        self._check_staff()
        portraits_ = self.sudo()  # sudo: states and consents are written by verbs
        portraits_._current_rows().state = "replaced"
        portraits_.write({"state": "draft", "published_on": False, "ended_on": False})
        portraits_._leave_letters()
        portraits_.activity_unlink([TO_DO])

    def action_end(self):
        """Takes it off all pages and out of letters that wait."""
        self._check_staff()
        self.sudo()._stop()  # sudo: states are written by verbs; the right was checked

    def _check_staff(self):
        self.check_access("write")
        for company in self.company_id:
            company._bde_check_user_is("secretary")

    # ------------------------------------------------------------
    # What people say; in sudo, the caller knows who it is
    # ------------------------------------------------------------

    def _rows_of(self, guardian=None):
        """What one person has said, or is asked, of the words as they are."""
        if guardian:
            return self._current_rows().filtered(lambda one: one.guardian_id == guardian)
        return self._current_rows().filtered(lambda one: one.by == "self")

    def _answer(self, choices, until, guardian=None, channel="link"):
        """Takes what a person agrees to; a newer answer replaces it at once.

        :param dict choices: uses by picture; those of the text under the empty picture
        :param datetime.date until: last day, at most that of the portrait
        :param guardian: the holder of authority who answers; None: the person
        :raise UserError: the day is over, or nothing is asked of this person
        """
        self.ensure_one()
        rows = self._rows_of(guardian)
        if not rows or self.state not in LIVE:
            raise UserError(self.env._("Nothing is to be said of this portrait any more."))
        today = self.company_id._bde_today()
        last = portraits.last_day(
            min(until, self.until), self.alumnus_id.birth_date, today, self._decides_alone()
        )
        if last < today:
            raise UserError(self.env._("This day is over: choose a later one."))
        asked = portraits.uses_for(self._asked_uses(), not self.is_minor)
        told = set(choices.get(self.env["bde.portrait.picture"], ()))
        for row in rows:
            # a picture without its text is shown nowhere
            uses = set(choices.get(row.picture_id, ())) & told & set(asked)
            row.write(
                {
                    "state": "given" if uses else "refused",
                    "on_page": "page" in uses,
                    "in_letters": "letters" in uses,
                    "in_class": "class" in uses,
                    "until": last,
                    "given_on": fields.Datetime.now(),
                    "channel": channel,
                    "text": row.picture_id.caption
                    if row.picture_id
                    else f"{self.title}\n\n{self.text}",
                }
            )
        self._follow_answers(rows[:1].name)

    def _follow_answers(self, name):
        """What the answer of one person changes for the portrait."""
        texts = self._current_rows().filtered(lambda one: not one.picture_id)
        states = set(texts.mapped("state"))
        if self.state == "published":
            self._leave_letters()
            if not self._is_shown():
                self._stop()
        elif "refused" in states:
            self.state = "draft"
            self._tell_bureau(_said_no, name)
        elif states == {"given"} and self.state == "to_approve":
            self.state = "approved"
            self._tell_bureau(_agreed, name)

    def _withdraw(self, guardian=None):
        """One of those who agreed takes it back: off all pages at once."""
        rows = self._rows_of(guardian).filtered(lambda one: one.state in ("asked", "given"))
        rows.write({"state": "withdrawn", "ended_on": fields.Datetime.now()})
        self._stop()
        self._tell_bureau(_took_back, rows[:1].name)

    def _stop(self):
        """Over: shown nowhere, taken out of letters that wait (in sudo)."""
        ending = self.filtered(lambda one: one.state in LIVE)
        for company, group in ending.grouped("company_id").items():
            group.write({"state": "ended", "ended_on": company._bde_today()})
        ending.activity_unlink([TO_DO])
        self._leave_letters()

    def _leave_letters(self):
        """Hook: letters that wait leave without what may not be shown any more (in sudo)."""

    def _tell_bureau(self, words, name):
        """A task for whoever keeps the bureau."""
        # by nobody: staff do not read the public user, who stands for people with a link
        quiet = self.with_user(SUPERUSER_ID).with_context(mail_activity_quick_update=True)
        for portrait in quiet:
            user = portrait.company_id._bde_bureau_user()[portrait.company_id]
            if user:
                portrait.activity_unlink([TO_DO])
                portrait.activity_schedule(
                    TO_DO,
                    portrait.company_id._bde_today(),
                    summary=words(portrait.with_context(lang=user.lang or "fr_FR").env, name or ""),
                    user_id=user.id,
                )

    # ------------------------------------------------------------
    # What ends by itself
    # ------------------------------------------------------------

    @api.model
    def _cron_end(self):
        """Ends portraits of which nothing may be shown any more: their day is over."""
        by_company = self.search([("state", "=", "published")]).grouped("company_id")

        def end_portraits(company):
            over = by_company[company].filtered(lambda one: not one._is_shown())
            over._stop()
            for portrait in over:
                portrait._tell_bureau(_is_over, portrait.alumnus_id.name)

        self.env["res.company"].union(*by_company)._bde_each(end_portraits)


class BdeAlumnus(models.Model):
    _inherit = "bde.alumnus"

    portrait_ids = fields.One2many("bde.portrait", "alumnus_id", string="Portraits")

    def _consent_ended(self, purpose):
        result = super()._consent_ended(purpose)
        if purpose == "portrait":
            self.env["bde.portrait"].search([("alumnus_id", "in", self.ids)])._stop()
        return result

    def _erase(self):
        # by the ORM: pictures, messages and tasks are reached by no cascade of the database
        self.env["bde.portrait"].search([("alumnus_id", "in", self.ids)]).unlink()
        return super()._erase()


def _agreed(env, name):
    return env._("Portrait: everybody agrees, show it")


def _said_no(env, name):
    return env._("Portrait: %(name)s says no", name=name)


def _took_back(env, name):
    return env._("Portrait: %(name)s took it back, it is shown no more", name=name)


def _is_over(env, name):
    return env._("Portrait of %(name)s: its time is over, ask again?", name=name)
