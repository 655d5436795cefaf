from markupsafe import Markup, escape

from odoo import models
from odoo.fields import Domain


class BdeAlumnus(models.Model):
    """What an objection finds where no cascade reaches: offers, lists, letters, companies."""

    _inherit = "bde.alumnus"

    def _erase(self):
        if self.env.context.get("bde_joining"):
            # the person stays, under the other record
            return super()._erase()
        # what he proposed holds how he is reached
        self.env["bde.job.offer"].search([("alumnus_id", "in", self.ids)]).unlink()
        # by the ORM: core's messages are reached by no cascade of the database
        self.env["event.registration"].search([("bde_alumnus_id", "in", self.ids)]).unlink()
        self.env["bde.alumni.import.line"].search([("alumnus_id", "in", self.ids)]).unlink()
        self._erase_links()
        for alumnus in self.filtered(lambda one: one.would_you_ids or one._was_asked()):
            alumnus._erase_at_companies()
        return super()._erase()

    def _was_asked(self):
        """Whether the school could ask him for help: his name may stand at a company."""
        return any(one.purpose == "solicitation" for one in self.consent_ids)

    def _erase_links(self):
        """Links of the person and of his guardians, and the mails that carry them."""
        portraits = self.portrait_ids
        links = self.env["bde.link"].search(
            Domain([("res_model", "=", "bde.alumnus"), ("res_id", "in", self.ids)])
            | Domain([("res_model", "=", "bde.portrait"), ("res_id", "in", portraits.ids)])
        )
        Delivery = self.env["bde.delivery"]
        to = {Delivery._to(link.name, link.email) for link in links if link.name and link.email}
        # those of another record of the same person at another school are not ours
        subjects = [school.name for school in self.company_id]
        mails = self.env["mail.mail"].search(
            [("email_to", "in", list(to)), ("state", "in", ("outgoing", "exception"))]
        )
        mails.filtered(lambda mail: any(name in (mail.subject or "") for name in subjects)).unlink()
        self.env["bde.outgoing"].search(
            [
                ("company_id", "in", self.company_id.ids),
                ("signer_key", "in", links.mapped("signer_key")),
            ]
        ).unlink()
        links.unlink()

    def _erase_at_companies(self):
        """Talks and tasks that named him as the way to a company name nobody any more."""
        company, name = self.company_id, self.name
        word = self.with_context(lang=company.partner_id.lang or "fr_FR").env._("a former pupil")
        relations = self.env["bde.relation"].search([("company_id", "=", company.id)])
        there = [("res_id", "in", relations.ids)]
        talks = self.env["bde.talk"].search(
            [("company_id", "=", company.id), ("summary", "like", name)]
        )
        _replace_name(talks, "summary", name, word)
        tasks = self.env["mail.activity"].with_context(active_test=False).search(
            [("res_model", "=", "bde.relation"), *there, ("summary", "like", name)]
        )  # fmt: skip
        _replace_name(tasks, "summary", name, word)
        written = str(escape(name))
        messages = self.env["mail.message"].search(
            [("model", "=", "bde.relation"), *there, ("body", "like", written)]
        )
        _replace_name(messages, "body", written, word)


def _replace_name(records, field, name, word):
    """Puts a word where a name stands in a text of these records (in sudo)."""
    for record in records:
        text = str(record[field]).replace(name, word)
        # the words of the record, with one name less in them
        record[field] = Markup(text) if record._fields[field].type == "html" else text  # noqa: S704
