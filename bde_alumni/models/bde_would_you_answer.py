from odoo import SUPERUSER_ID, api, fields, models
from odoo.exceptions import UserError
from odoo.tools import plaintext2html

from .bde_would_you import OFFERS

TO_DO = "mail.mail_activity_data_todo"
# nobody follows the question, and a message that it was asked tells nothing
QUIET = {"mail_create_nolog": True, "mail_create_nosubscribe": True, "tracking_disable": True}
# by which road a company hears of it: ``channel`` of a talk
TALK_CHANNELS = {"link": "mail", "call": "call", "desk": "meeting"}


class BdeAlumnus(models.Model):
    """What an alumnus answers to the question of the year."""

    _inherit = "bde.alumnus"

    would_you_ids = fields.One2many("bde.would.you", "alumnus_id", string="What he would do")

    @api.model
    def _would_year(self, company):
        """Year of the question at a school: in which the running school year ends."""
        today = company._bde_today()
        year = self.env["bde.school.year"]._search_current(company, today)
        return year.date_end.year if year else today.year + (today.month > 8)

    def _would_you_row(self):
        """The row of this year, empty when he was neither asked nor answered."""
        year = self._would_year(self.company_id)
        return self.would_you_ids.filtered(lambda one: one.year == year)

    def _ask_would_you(self):
        """Rows of this year for those who agreed to be asked and have none; constant queries.

        :return: the new rows, in sudo
        """
        self.check_access("read")
        # sudo: rows are made by verbs alone; the caller checked who asks
        Row = self.env["bde.would.you"].sudo().with_context(**QUIET)
        new = Row.browse()
        for company, alumni in self._may_write("solicitation").grouped("company_id").items():
            year = self._would_year(company)
            there = Row.search([("company_id", "=", company.id), ("year", "=", year)]).alumnus_id
            missing = alumni.sudo() - there
            new |= Row.create([{"alumnus_id": one.id, "year": year} for one in missing])
        return new

    def _answer_would_you(self, answer, ticked=(), employer="", remark="", channel="link"):
        """Takes the answer of this year; a newer one replaces it.

        The caller checked who answers.

        :param str answer: ``yes``, ``nothing`` (this year) or ``no_more`` (for good)
        :param ticked: names of ``OFFERS``, for ``yes``
        :param str employer: where he works, in his words
        :param str channel: ``link``, ``call`` or ``desk``
        :raise UserError: a yes without anything ticked; the person is not asked any more
        :return: the row, in sudo
        """
        self.ensure_one()
        alumnus = self.sudo()  # sudo: rows and consents are written by verbs; see above
        ticked = {name for name in OFFERS if name in ticked}
        if answer == "yes" and not ticked:
            raise UserError(self.env._("Tick what you would do, or choose “nothing this year”."))
        if answer != "no_more" and not alumnus._may_write("solicitation"):
            raise UserError(
                self.env._("This person did not agree to be asked for help, or took it back.")
            )
        row = alumnus._would_you_row() or alumnus.would_you_ids.with_context(**QUIET).create(
            {"alumnus_id": alumnus.id, "year": self._would_year(self.company_id)}
        )
        if answer != "yes":
            ticked, employer = set(), ""
        row._take(answer, ticked, employer, remark, channel)
        if answer == "no_more":
            alumnus._no_more("link" if channel == "link" else "desk")
        return row

    def _consent_ended(self, purpose):
        result = super()._consent_ended(purpose)
        if purpose == "solicitation":
            rows = self.env["bde.would.you"].search([("alumnus_id", "in", self.ids)])
            # who is asked nothing any more is called no more either
            rows.activity_unlink([TO_DO])
            rows.filtered(lambda one: one.state == "waiting").unlink()
        return result

    def _erase(self):
        # by the ORM: activities and files are reached by no cascade of the database
        self.env["bde.would.you"].search([("alumnus_id", "in", self.ids)]).unlink()
        return super()._erase()


class BdeWouldYou(models.Model):
    """What follows of an answer: a task, a talk on the page of the company, a mentor."""

    _inherit = "bde.would.you"

    def _take(self, answer, ticked, employer, remark, channel):
        """Writes an answer down and has it followed (in sudo)."""
        before = (self.state, {name for name in OFFERS if self[name]}, self.remark or "")
        vals = {name: name in ticked for name in OFFERS}
        self.write(
            vals
            | self._employer_vals(employer)
            | {
                "state": answer,
                "remark": remark or False,
                "channel": channel,
                "answered_on": fields.Datetime.now(),
            }
        )
        if channel != "call" and "mentor" in ticked:
            # the sentence stood beside the box: on the telephone it was not read
            self._consent_to_mentor(channel)
        self._note_said()
        self._note_company()
        if before != (answer, ticked, remark or ""):
            self._schedule()

    def _employer_vals(self, text):
        """The company of the book when it is sure which one is meant, else his words."""
        alumnus = self.alumnus_id
        known = alumnus._known_relations()[alumnus]
        text = (text or "").strip()
        if not text or text == known.partner_name:
            return {"relation_id": known.id, "employer_text": False}
        found = alumnus._employer_of_text(text)
        return {"relation_id": found.id, "employer_text": False if found else text}

    def _note_said(self):
        """He says himself where he works: staff who look at the proposals read it."""
        self.alumnus_id.contact_link_ids.filtered(
            lambda one: one.state == "proposed" and one.relation_id == self.relation_id
        ).reason = "said"

    def _consent_to_mentor(self, channel):
        alumnus = self.alumnus_id
        if not alumnus.ok_mentoring and alumnus._may_say("mentoring"):
            alumnus._consent("mentoring", channel=channel)

    # ------------------------------------------------------------
    # The company
    # ------------------------------------------------------------

    def write(self, vals):
        result = super().write(vals)
        if "relation_id" in vals and not self.env.su:
            # staff say which company is meant: it learns what was said before
            self.sudo()._note_company()  # sudo: as when the answer came
        return result

    def _note_company(self):
        """Notes a talk on the page of his company, of what is not noted there yet (in sudo).

        What the company agrees to is ticked when staff know him as a contact there: anybody
        else speaks for himself, and the bureau asks the company.
        """
        for row in self:
            done = set((row.noted or "").split(","))
            new = [name for name in OFFERS if row[name] and name not in done]
            user = row._responsible()
            if row.state != "yes" or not new or not row.relation_id or not user:
                continue
            contact = row._contact()
            talks = row.relation_id.with_context(lang=user.lang or self.env.lang)
            talks._bde_log_talk(row._talk_vals(new, contact, user))
            row.noted = ",".join(name for name in OFFERS if name in {*done, *new})

    def _talk_vals(self, new, contact, user):
        row = self.with_context(lang=user.lang or self.env.lang)
        words = row._offer_words()
        codes = [OFFERS[name] for name in new]
        offers = self.env["bde.offer"].search([("code", "in", codes)])
        return {
            "channel": TALK_CHANNELS[self.channel],
            "direction": "in",
            "contact_id": contact.id,
            "purpose": "alumni",
            "outcome": "agreed" if contact else "reached",
            "offer_ids": offers.ids,
            "summary": row.env._(
                "Former pupil %(name)s (%(cohort)s) would: %(what)s",
                name=self.alumnus_id.name,
                cohort=self.cohort,
                what=", ".join(words[name] for name in new),
            ),
            "user_id": user.id,
        }

    def _contact(self):
        """The contact of his company who is this person, as staff confirmed."""
        links = self.alumnus_id.contact_link_ids.filtered(
            lambda one: one.state == "confirmed" and one.relation_id == self.relation_id
        )
        return links.partner_id[:1]

    # ------------------------------------------------------------
    # The task
    # ------------------------------------------------------------

    def _responsible(self):
        """Who follows his company and works at the bureau, else the manager or the head."""
        self.ensure_one()
        user, school = self.relation_id.user_id, self.company_id
        if user.active and school.id in user._bde_company_ids("secretary"):
            return user
        return school._bde_bureau_user()[school]

    def _schedule(self):
        """One task of what was said last; a no takes the task away (in sudo)."""
        # by nobody: staff do not read the public user, who stands for people with a link
        quiet = self.with_user(SUPERUSER_ID).with_context(mail_activity_quick_update=True)
        quiet.activity_unlink([TO_DO])
        for row in quiet.filtered(lambda one: one.state == "yes"):
            user = row._responsible()
            if user:
                row.activity_schedule(
                    TO_DO,
                    fields.Date.add(row.company_id._bde_today(), days=3),
                    summary=row.with_context(lang=user.lang or self.env.lang)._task(),
                    note=row.remark and plaintext2html(row.remark),
                    user_id=user.id,
                )

    def _task(self):
        company = self.relation_id.partner_name or self.employer_text
        if not company:
            return self.env._("Former pupil would: %(what)s", what=self.said_text)
        return self.env._(
            "Former pupil would: %(what)s – %(company)s", what=self.said_text, company=company
        )
