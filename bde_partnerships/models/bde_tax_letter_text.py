import re

from markupsafe import Markup

from odoo import models
from odoo.tools.image import image_data_uri

from ..rules import french
from ..rules.tax_letter import Letter, fill_line

# What differs from one letter to the next in a page that is rendered once for many.
BODY, ANSWER, OPTOUT = "⟦body⟧", "⟦answer⟧", "⟦optout⟧"
MARKS = re.compile("|".join(map(re.escape, (BODY, ANSWER, OPTOUT))))
MOST_COURSES = 12
PICTURE_WIDTH = 560


class BdeTaxCampaign(models.Model):
    """The words of a letter: what one company reads, with what to type in SOLTéA."""

    _inherit = "bde.tax.campaign"

    def _letter_words(self, window):
        """{word: text} that is the same for all companies; see ``rules/tax_letter.py``.

        :param window: the period that the letter speaks of
        """
        self.ensure_one()
        today = self.company_id._bde_today()
        words = {
            "lycee": self.company_id.name,
            "annee": str(self.year),
            "responsable": self.user_id.name or "",
            "telephone": self.company_id.phone or "",
        }
        if window.date_to:
            end = french.day(window.date_to.isoformat())
            start = window.date_from and french.day(window.date_from.isoformat())
            is_open = window._state_on(today) == "open"
            left = window._days_left(today)
            words |= {
                "fin": end,
                "periode": f"jusqu’au {end}" if is_open or not start else f"du {start} au {end}",
                "jours": french.count(left, "jour") if left else "quelques heures",
            }
        return words

    def _company_words(self, targets, person):
        """{word: text} of one letter.

        :param targets: the company, or the clients that a letter to their accountant names
        :param person: who reads it
        """
        # sudo: names of companies whose page the school has
        targets, person = targets.sudo(), person.sudo()
        first = targets[:1]
        is_person = person and not person.bde_employer and person.name
        words = {
            "salutation": f"Bonjour {person.name}," if is_person else "Madame, Monsieur,",
            "entreprise": first.partner_name,
            "interlocuteur": person.name if is_person else "",
            "don": french.euros(first.last_year_amount) if first.last_year_amount > 0 else "",
            "promesse": french.euros(first.promised_amount) if first.promised_amount > 0 else "",
            "recu": french.euros(first.received_amount) if first.received_amount > 0 else "",
        }
        # without spaces, as it is typed
        names = sorted(
            (target.partner_name or "", target.partner_id.company_registry or "")
            for target in targets
        )
        words["clients"] = Markup("<ul>%s</ul>") % Markup("").join(
            # the paragraph ends the line in the plain text of the mail
            Markup('<li><p style="margin:0"><strong>%s</strong>%s</p></li>')
            % (name, f" (SIRET {siret})" if siret else "")
            for name, siret in names
        )
        count = len(targets)
        words["nombre"] = "un de vos clients" if count == 1 else f"{count} de vos clients"
        return words

    def _letter_text(self, model, words):
        """(subject, text) of a letter; the list of clients is there whatever the model says.

        :param model: ``bde.tax.letter.model``
        :param dict words: values of the words
        """
        if model.kind == "accountant":
            # amounts are each company's own, not those of the first of a list
            words = words | dict.fromkeys(("don", "promesse", "recu"), "")
        letter = self._compiled(model)
        text = letter.fill(words)
        if model.kind == "accountant" and "clients" not in letter.words:
            text += words["clients"]
        return fill_line(model.subject, words), text

    def _compiled(self, model):
        """A model read once for all letters of a sending."""
        kept = self.env.context.get("bde_compiled_letters")
        if kept is None:
            return Letter(model.body)
        if model.id not in kept:
            kept[model.id] = Letter(model.body)
        return kept[model.id]

    # ------------------------------------------------------------
    # What stands under the text
    # ------------------------------------------------------------

    def _soltea_block(self, window):
        """What an employer types in SOLTéA: identity and courses as SOLTéA shows them.

        :rtype: dict
        """
        self.ensure_one()
        courses = [
            {"name": course.name, "rncp": _rncp(course.rncp), "level": course.level or ""}
            for course in self.course_ids
        ]
        # what can be told apart by its name needs no level
        names = [course["name"] for course in courses]
        for course in courses:
            course["level"] = course["level"] if names.count(course["name"]) > 1 else ""
        # two trainings of a school may be one course in SOLTéA: it is typed once
        courses = list({tuple(course.values()): course for course in courses}.values())
        if len({course["name"] for course in courses}) == len(courses):
            courses = [course | {"level": ""} for course in courses]
        return {
            "name": self.soltea_name,
            "uai": self.soltea_uai,
            "siret": self.soltea_siret,
            "courses": courses[:MOST_COURSES],
            "more": max(0, len(courses) - MOST_COURSES),
            "components": [
                {"name": part.name, "uai": part.uai or ""} for part in self.component_ids
            ],
            "end": window.date_to and french.day(window.date_to.isoformat(), weekday=True),
        }

    def _letter_story(self):
        """What last year's money bought: the campaign's words, or the lines of the year before.

        :return: dict ``text`` (Markup), ``lines``, ``picture`` (record, or None), ``alt``
        """
        self.ensure_one()
        lines = self._story_lines()
        picture, alt = None, ""
        if self.story_picture and self.picture_checked:
            picture, alt = (self, "story_picture"), self.env._("What the money bought")
        else:
            shown = next((line["picture"] for line in lines if line["picture"]), None)
            if shown:
                picture, alt = (shown, "image"), shown.caption or ""
        return {"text": self.story or "", "lines": lines, "picture": picture, "alt": alt}

    def _picture_url(self, picture):
        """Address of the picture of the story: the same for every reader, so it tells nothing."""
        if not picture:
            return ""
        record, name = picture
        # sudo: the file of a field of the campaign, which the caller reads
        file = (
            self.env["ir.attachment"]
            .sudo()
            .search(
                [
                    ("res_model", "=", record._name),
                    ("res_id", "=", record.id),
                    ("res_field", "=", name),
                ],
                limit=1,
            )
        )
        if not file:
            return ""
        [token] = file.generate_access_token()
        base = self.env["bde.link"]._base_url()
        return f"{base}/web/image/{file.id}?access_token={token}&width={PICTURE_WIDTH}"

    def _picture_data(self, picture):
        """The picture of the story as a ``data:`` address, for paper."""
        if not picture:
            return ""
        record, name = picture
        # sudo: a picture of the campaign, which the caller reads; sizes are asked by forms
        data = record.sudo().with_context(bin_size=False)[name]
        return image_data_uri(data) if data else ""

    def _letter_page(self, window, author, lang, first, kind, service=False):
        """The mail around the text, with marks for what each reader has of his own.

        :param bool first: with the notice on personal data
        :param bool service: no request: without the address to say no
        """
        story = self._letter_story()
        foot = {
            "company": self.company_id,
            "first": first,
            "notice_url": self.company_id._bde_notice_url(),
            "optout_url": OPTOUT,
        }
        return self.env["bde.delivery"]._body(
            "mail_tax_letter",
            lang,
            foot
            | {
                "lang": lang,
                "body": BODY,
                "answer_url": ANSWER,
                "block": self._soltea_block(window),
                "story": story,
                "picture_url": self._picture_url(story["picture"]),
                "author": author,
                "is_accountant": kind == "accountant",
                "service": service,
            },
        )

    def _preview_letter(self, model, plan):
        """A letter as it will be read, with addresses that lead nowhere.

        :param model: ``bde.tax.letter.model``
        :param plan: one of :meth:`_check_letters`
        :return: (subject, Markup)
        """
        window = self._letter_window()
        words = self._letter_words(window) | self._company_words(plan.targets, plan.person)
        subject, text = self._letter_text(model, words)
        Letters = self.env["bde.solicitation"]
        lang = Letters._reader_lang(plan.person)
        reader = {"partner": plan.partner, "contact": plan.person - plan.partner}
        first = bool(Letters._newcomers(self.company_id, [reader]))
        page = self._letter_page(window, self.env.user.name, lang, first, model.kind)
        return subject, _fill(page, {BODY: text, ANSWER: "#", OPTOUT: "#"})


def _fill(page, values):
    """The page with the marks of one reader; the text is Markup, addresses hold no quote."""
    return Markup(MARKS.sub(lambda mark: str(values[mark[0]]), str(page)))  # noqa: S704


def _rncp(code):
    """``RNCP38830`` of what was typed, with or without the letters."""
    digits = (code or "").upper().replace("RNCP", "").strip()
    return f"RNCP{digits}" if digits else ""
