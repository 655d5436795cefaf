from odoo import api, models
from odoo.exceptions import UserError

from odoo.addons.bde_partnerships.rules.sections import SectionError
from odoo.addons.bde_partnerships.rules.texts import parse_date

from ..rules import portraits
from .bde_alumni_letters import Ask
from .bde_portrait_verbs import LIVE


class BdePortrait(models.Model):
    """What somebody reads before he agrees, and what he sends: the same for all who have to."""

    _inherit = "bde.portrait"

    def _card(self, guardian=None):
        """What the page of a person shows of a portrait (in sudo).

        :rtype: dict
        """
        self.ensure_one()
        words = self._use_words()
        asked = portraits.uses_for(self._asked_uses(), not self.is_minor)
        rows = {row.picture_id: row for row in self._rows_of(guardian)}
        text = rows.get(self.env["bde.portrait.picture"])
        items = [
            {
                "key": row.picture_id.id or "text",
                "picture": row.picture_id,
                "uses": [
                    {"name": use, "words": words[use], "ticked": use in row._said()["uses"]}
                    for use in asked
                ],
            }
            for row in rows.values()
        ]
        # what is said for a minor ends at 18: no later day is proposed
        until = text.until or portraits.last_day(
            self.until,
            self.alumnus_id.birth_date,
            self.company_id._bde_today(),
            self._decides_alone(),
        )
        return {
            "portrait": self,
            # the wording that is read: another one is asked for once more
            "asked": self.asked_count,
            "state": text.state,
            "shown": self.shown_text,
            "items": sorted(items, key=lambda one: bool(one["picture"])),
            "until": until,
            "last": self.until,
            "others": self._others_words(text),
        }

    def _others_words(self, text):
        """Who else has to agree, and what he said."""
        words = {"asked": self.env._("has not answered yet"), "given": self.env._("agrees")}
        others = self._current_rows().filtered(lambda one: not one.picture_id) - text
        return ", ".join(
            f"{row.name} ({words.get(row.state) or self.env._('says no')})" for row in others
        )

    def _take_form(self, form, guardian=None, channel="link"):
        """Takes what was sent from :meth:`_card` (in sudo).

        :raise SectionError: what is wrong with which box
        """
        self.ensure_one()
        do = form.get("do")
        if do == "withdraw":
            self._withdraw(guardian)
            return
        if do not in ("agree", "refuse"):
            raise SectionError(self.env._("Choose what you want to answer."))
        choices = {}
        if do == "agree":
            if form.get("asked") != str(self.asked_count):
                # nobody agrees to what he has not seen
                raise SectionError(
                    self.env._("The portrait has changed since: read it again, then answer.")
                )
            choices = self._choices(form)
        until = self._until(form) if do == "agree" else self.until
        try:
            self._answer(choices, until, guardian, channel)
        except UserError as error:
            raise SectionError(str(error)) from error

    def _choices(self, form):
        """Uses by picture, of what was ticked; the text first."""
        none = self.env["bde.portrait.picture"]
        choices = {
            picture: {
                use for use in portraits.USES if form.get(f"use_{picture.id or 'text'}_{use}")
            }
            for picture in (none, *self.picture_ids)
        }
        if not choices[none]:
            raise SectionError(
                self.env._("Tick where the text may be shown, or press “No”."),
                {"use_text": self.env._("Tick at least one place.")},
            )
        return choices

    def _until(self, form):
        text = (form.get("until") or "").strip()
        if not text:
            return self.until
        day = parse_date(text)
        today = self.company_id._bde_today()
        if not day or day < today or day > self.until:
            raise SectionError(
                self.env._("Choose another last day."),
                {
                    "until": self.env._(
                        "A day to come, as 31/12/2027, at the latest %(day)s.",
                        day=self.until.strftime("%d/%m/%Y"),
                    )
                },
            )
        return day


class BdeAlumnus(models.Model):
    """Section ``portrait`` of the page: read, choose picture by picture, take back."""

    _inherit = "bde.alumnus"

    def _page_portraits(self):
        found = self.env["bde.portrait"].search(
            [("alumnus_id", "=", self.id), ("state", "in", LIVE)]
        )
        return found.filtered(lambda one: one._rows_of())

    def _page_sections(self):
        sections = super()._page_sections()
        found = self._page_portraits()
        if found and self._may_write("inform"):
            cards = [portrait._card() for portrait in found]
            sections.append(
                {
                    "key": "portrait",
                    "sequence": 70,
                    "title": self.env._("My portrait"),
                    "state": "todo" if any(one["state"] == "asked" for one in cards) else "info",
                    "template": "bde_alumni.page_portraits",
                    "cards": cards,
                }
            )
        return sections

    def _page_post_portrait(self, form, _files, _proof):
        number = form.get("portrait") or ""
        portrait = self._page_portraits().filtered(lambda one: str(one.id) == number)
        if not portrait:
            raise SectionError(self.env._("Nothing is to be said of this portrait any more."))
        channel = "desk" if self._page_link().channel == "desk" else "link"
        portrait._take_form(form, channel=channel)

    def _page_file_portrait(self, query):
        """A picture of one of his portraits, as he reads it."""
        pictures = self._page_portraits().picture_ids
        return pictures.filtered(lambda one: str(one.id) == query.get("picture"))._file()

    def _page_told(self, key):
        if key != "portrait":
            return super()._page_told(key)
        return self.env._("It is noted. You can change it here, or take it all back, at any time.")


class BdeAlumniLetters(models.AbstractModel):
    _inherit = "bde.alumni.letters"

    @api.model
    def _asks(self, company, today):
        """A portrait to be read, once each time it is given to be read."""
        asks = super()._asks(company, today)
        # sudo: who is asked what
        rows = (
            self.env["bde.portrait.consent"]
            .sudo()
            .search(
                [
                    ("company_id", "=", company.id),
                    ("by", "=", "self"),
                    ("state", "=", "asked"),
                    ("picture_id", "=", False),
                    ("portrait_id.state", "=", "to_approve"),
                ]
            )
        )
        return asks + [
            Ask(
                portrait.alumnus_id,
                f"portrait_{portrait.id}"
                + (f"_{portrait.asked_count}" if portrait.asked_count > 1 else ""),
                "portrait",
                _line,
                _subject,
                "portrait",
            )
            for portrait in rows.portrait_id
        ]


def _subject(env):
    return env._("Your portrait, to be read")


def _line(env):
    return env._(
        "The school wrote your portrait. Read it, choose each picture, where it may be shown and "
        "until when, or say no. Nothing is shown before."
    )
