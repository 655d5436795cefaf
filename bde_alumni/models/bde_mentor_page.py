from odoo import models

from odoo.addons.bde_partnerships.rules.offer_form import plain_text
from odoo.addons.bde_partnerships.rules.sections import SectionError

from ..rules.directory import PAGE_SIZE, fold, parts, short_name
from .bde_mentor_profile import ABOUT_MAX, TOPICS_MAX
from .bde_mentor_request import ADDRESSES
from .bde_mentor_request_verbs import REPORT_MAX, TEXT_MAX


class BdeAlumnus(models.Model):
    """Section ``mentors`` of the page: to ask one, to be one.

    Until both agreed each knows of the other a first name, an initial, the training and what he
    wrote himself.
    """

    _inherit = "bde.alumnus"

    def _page_sections(self):
        sections = super()._page_sections()
        if not self._may_write("inform"):
            return sections
        mine, to_me = self._mentor_requests()
        waiting = [one for one in to_me if one["state"] == "sent"]
        is_mentor = bool(self._may_write("mentoring"))
        has_mentors = bool(self._mentors(self.company_id, besides=self))
        if is_mentor or has_mentors or mine:
            sections.append(
                {
                    "key": "mentors",
                    "sequence": 55,
                    "title": self.env._("Mentors"),
                    "state": "todo" if waiting else "info",
                    "template": "bde_alumni.page_mentors_section",
                    "is_mentor": is_mentor,
                    "has_mentors": has_mentors,
                    "profile": self.mentor_profile_ids[:1],
                    "mine": mine,
                    "to_me": to_me,
                    "limits": {
                        "topics": TOPICS_MAX,
                        "about": ABOUT_MAX,
                        "report": REPORT_MAX,
                        "text": TEXT_MAX,
                    },
                    "own": {name: self[name] for name in ADDRESSES if self[name]},
                }
            )
        return sections

    def _mentor_requests(self):
        """(what I asked, what I am asked) as the page shows it."""
        Request = self.env["bde.mentor.request"]
        found = Request.search(
            [
                "|",
                ("from_alumnus_id", "=", self.id),
                "&",
                ("mentor_id", "=", self.id),
                ("state", "in", ("sent", "accepted")),
            ]
        )
        states = dict(Request._fields["state"]._description_selection(self.env))
        reasons = dict(Request._fields["closed_because"]._description_selection(self.env))
        mine, to_me = [], []
        for one in found:
            row = {
                "id": one.id,
                "state": one.state,
                "text": one.text,
                "date": one.create_date,
                "may_end": one.state in ("to_check", "sent", "accepted"),
            }
            if one.mentor_id == self:
                asker = one._asker()
                training = one.from_alumnus_id.training_id or one.from_student_id.training_id
                row |= {
                    "name": _short(asker),
                    "training": training.name,
                    "pupil": bool(one.from_student_id) or not one.from_alumnus_id.has_left,
                    "shown": one._shown("asker"),
                }
                to_me.append(row)
            else:
                row |= {"name": one.mentor_id._short_name(), "shown": one._shown("mentor")}
                row["word"] = reasons.get(one.closed_because) or states[one.state]
                mine.append(row)
        return mine[:10], to_me

    # ------------------------------------------------------------
    # To look for one
    # ------------------------------------------------------------

    def _page_view_mentors(self, query):
        """Mentors who may be asked, by what they say of themselves."""
        text = (query.get("q") or "").replace("\0", " ")[:80].strip()
        cards = [_card(profile) for profile in self._mentors(self.company_id, besides=self)]
        words = parts(text)
        cards = [card for card in cards if all(word in card["key"] for word in words)]
        # those of one's own training first, then the latest to leave
        own = self.training_id.name
        cards.sort(key=lambda card: (card["training"] != own, -card["cohort"], card["id"]))
        values = {
            "q": text,
            "people": cards[:PAGE_SIZE],
            "more": len(cards) > PAGE_SIZE,
            "text_max": TEXT_MAX,
            "own": {name: self[name] for name in ADDRESSES if self[name]},
            "is_adult": self.is_adult,
        }
        return "bde_alumni.page_mentors", values

    # ------------------------------------------------------------
    # What is sent
    # ------------------------------------------------------------

    def _page_post_mentors(self, form, _files, _proof):
        verbs = {
            "ask": self._mentors_ask,
            "profile": self._mentors_profile,
            "accept": self._mentors_accept,
            "decline": self._mentors_decline,
            "end": self._mentors_end,
            "report": self._mentors_report,
        }
        verb = verbs.get(form.get("do"))
        if not verb:
            raise SectionError(self.env._("Choose what you want to do."))
        verb(form)

    def _mentors_ask(self, form):
        mentor = self.browse(_number(form.get("mentor")))
        mentor = mentor.exists().filtered(lambda one: one.company_id == self.company_id)
        if not mentor:
            raise SectionError(self.env._("Choose a mentor of the list."))
        # the length is counted as it is kept, and one character more is seen
        text = plain_text(form.get("text"), TEXT_MAX + 1, lines=True)
        self.env["bde.mentor.request"]._ask(mentor, self, text, _ticked(form))

    def _mentors_profile(self, form):
        if not self._may_write("mentoring"):
            raise SectionError(
                self.env._("First tick it in “What the school may do”, on this page.")
            )
        count = form.get("max_count") or ""
        if not (count.isascii() and count.isdigit() and 1 <= int(count[:3]) <= 20):
            raise SectionError(
                self.env._("Write a number from 1 to 20."),
                {"max_count": self.env._("From 1 to 20.")},
            )
        self._ensure_mentor_profiles()
        self.env["bde.mentor.profile"].search([("alumnus_id", "=", self.id)]).write(
            {
                "topics": plain_text(form.get("topics"), TOPICS_MAX),
                "about": plain_text(form.get("about"), ABOUT_MAX, lines=True),
                "max_count": int(count),
                "is_paused": bool(form.get("is_paused")),
            }
        )

    def _mentors_accept(self, form):
        self._mentors_request(form, "mentor")._accept(_ticked(form))

    def _mentors_decline(self, form):
        self._mentors_request(form, "mentor")._decline()

    def _mentors_end(self, form):
        self._mentors_request(form)._close("over")

    def _mentors_report(self, form):
        request = self._mentors_request(form, open_only=False)
        text = plain_text(form.get("report"), REPORT_MAX, lines=True)
        if not text:
            raise SectionError(self.env._("Say in a few words what is wrong."))
        request._report("mentor" if request.mentor_id == self else "asker", text)

    def _mentors_request(self, form, side=None, open_only=True):
        """The request that a form is about, when this person has that part in it."""
        request = self.env["bde.mentor.request"].search([("id", "=", _number(form.get("request")))])
        # a mentor knows of no request that the bureau has not passed on
        is_mentor = request.mentor_id == self and request.state != "to_check"
        is_asker = request.from_alumnus_id == self
        mine = is_mentor if side == "mentor" else is_mentor or is_asker
        over = open_only and request.state not in ("to_check", "sent", "accepted")
        if not request or not mine or over or request.reported_on:
            raise SectionError(self.env._("This request is not open any more."))
        return request

    def _page_told(self, key):
        if key == "mentors":
            return self.env._(
                "It is done. What comes next stands on this page, and you are told by message."
            )
        return super()._page_told(key)


def _short(person):
    """Name of who asks, before the mentor agreed."""
    return short_name(person.firstname, person.usage_name or person.lastname)


def _number(text):
    """The id that a form names; 0 for anything that is none."""
    text = text or ""
    return int(text) if text.isascii() and text.isdigit() and len(text) < 10 else 0


def _ticked(form):
    return [name for name in ADDRESSES if form.get(f"share_{name}")]


def _card(profile):
    """What is shown of a mentor to who may ask him: no address, no family name."""
    alumnus = profile.alumnus_id
    card = {
        "id": alumnus.id,
        "name": alumnus._short_name(),
        "training": alumnus.training_id.name,
        "cohort": alumnus.cohort,
        "topics": profile.topics,
        "about": profile.about,
    }
    shown = (card["name"], card["training"], card["cohort"], card["topics"], card["about"])
    return card | {"key": fold(" ".join(str(one) for one in shown if one))}
