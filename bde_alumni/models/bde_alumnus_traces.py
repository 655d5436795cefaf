from markupsafe import Markup

from odoo import models
from odoo.fields import Domain
from odoo.tools import SQL

from ..rules import name_traces

# what staff typed about a company, and where it stands
TEXTS = {
    "bde.talk": ("summary",),
    "bde.relation": ("notes",),
    "bde.pledge": ("said_by", "note"),
    "bde.tax.target": ("note",),
    "mail.activity": ("summary", "note"),
    "mail.message": ("body", "subject"),
}


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
        """Whether his name may stand at a company: he could be asked for help, or works there."""
        asked = any(one.purpose == "solicitation" for one in self.consent_ids)
        return asked or bool(self.works_at)

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
        """Talks, tasks and notes that named him as the way to a company name nobody any more."""
        company = self.company_id
        written = name_traces.pattern(
            self.firstname, (self.lastname, self.usage_name, *self._former_lastnames())
        )
        if not written:
            return
        word = self.with_context(lang=company.partner_id.lang or "fr_FR").env._("a former pupil")
        relations = self.env["bde.relation"].search([("company_id", "=", company.id)])
        for model, names in TEXTS.items():
            Model = self.env[model].with_context(active_test=False, tracking_disable=True)
            domain = [("company_id", "=", company.id)]
            if model in ("mail.activity", "mail.message"):
                of = "res_model" if model == "mail.activity" else "model"
                domain = [(of, "=", "bde.relation"), ("res_id", "in", relations.ids)]
            for name in names:
                _replace_name(Model, domain, name, written, word)

    def _former_lastnames(self):
        """Last names of before: of the former name, what is not the first name."""
        former = (self.former_name or "").removesuffix(self.firstname or "").strip()
        return [former] if former else []


def _replace_name(Model, domain, name, written, word):
    """Puts a word where a name stands in a text of records (in sudo)."""
    query = Model._search(domain)
    column = Model._field_to_sql(query.table, name, query)
    query.add_where(SQL("%s ~* %s", column, written))
    for record in Model.browse(query):
        text = name_traces.replace(str(record[name]), written, word)
        if text != record[name]:
            # the words of the record, with one name less in them
            record[name] = Markup(text) if record._fields[name].type == "html" else text  # noqa: S704
