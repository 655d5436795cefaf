from odoo import models

from odoo.addons.bde_partnerships.rules.sections import SectionError


class BdeAlumnus(models.Model):
    """Section ``events`` of the page: what he is invited to, yes or no."""

    _inherit = "bde.alumnus"

    def _page_sections(self):
        sections = super()._page_sections()
        invitations = self._open_invitations() if self._may_write("inform") else []
        if invitations:
            waiting = any(one.answer == "waiting" for one in invitations)
            sections.append(
                {
                    "key": "events",
                    "sequence": 48,
                    "title": self.env._("You are invited"),
                    "state": "todo" if waiting else "done",
                    "template": "bde_alumni.page_events_section",
                    "invitations": [
                        {
                            "id": one.id,
                            "answer": one.answer,
                            "name": one.event_id.name,
                            "begin": one.event_id.date_begin,
                            "end": one.event_id.date_end,
                            "place": one.event_id.bde_place,
                            "note": one.event_id.description,
                        }
                        for one in invitations
                    ],
                }
            )
        return sections

    def _open_invitations(self):
        return (
            self.env["bde.event.invitation"]
            .search([("alumnus_id", "=", self.id)], order="date_begin, id")
            .filtered(lambda one: one._is_open())
        )

    def _page_post_events(self, form, _files, _proof):
        number = form.get("invitation") or ""
        invitation = self._open_invitations().filtered(lambda one: str(one.id) == number)
        if not invitation:
            raise SectionError(self.env._("This event is over."))
        if form.get("answer") not in ("yes", "no"):
            raise SectionError(self.env._("Say whether you come."))
        invitation._take_answer(form["answer"])

    def _page_told(self, key):
        if key == "events":
            return self.env._("Thank you: your answer is noted. You may change it here.")
        return super()._page_told(key)
