from odoo import models
from odoo.fields import Domain

from odoo.addons.bde_partnerships.rules.sections import SectionError

from ..rules import job_offer_form
from ..rules.directory import PAGE_SIZE
from .bde_job_offer import KINDS
from .bde_job_offer_verbs import WAITING_MAX

# what the section shows; the rest stands on a page of its own
IN_SECTION = 5


class BdeAlumnus(models.Model):
    """Section ``offers`` of the page: what the bureau published, and to propose one."""

    _inherit = "bde.alumnus"

    def _page_sections(self):
        sections = super()._page_sections()
        if not self._may_write("inform"):
            return sections
        Offer = self.env["bde.job.offer"]
        shown = Offer._matched(self.company_id, self.training_id, self.city, IN_SECTION)
        sections.append(
            {
                "key": "offers",
                "sequence": 45,
                "title": self.env._("Jobs, apprenticeships, studies"),
                "state": "info",
                "template": "bde_alumni.page_offers_section",
                "offers": shown._cards(),
                "count": Offer.search_count(Offer._shown_domain(self.company_id)),
                "mine": self._own_offers(),
                "kinds": Offer._kind_words(),
                "limits": job_offer_form.TEXTS,
            }
        )
        return sections

    def _own_offers(self):
        """What became of those that he proposed, the latest first."""
        Offer = self.env["bde.job.offer"]
        states = dict(Offer._fields["state"]._description_selection(self.env))
        reasons = dict(Offer._fields["refusal_reason"]._description_selection(self.env))
        return [
            {
                "title": offer.title,
                "state": states[offer.state],
                "reason": reasons.get(offer.refusal_reason),
            }
            for offer in Offer.search([("alumnus_id", "=", self.id)], order="id desc", limit=5)
        ]

    def _page_view_offers(self, query):
        """All offers of the school, those of one's own training first."""
        Offer = self.env["bde.job.offer"]
        kind = query.get("kind") if query.get("kind") in dict(KINDS) else ""
        page = query.get("page") or ""
        page = max(int(page), 1) if page.isascii() and page.isdigit() and len(page) < 4 else 1
        domain = Offer._shown_domain(self.company_id)
        if kind:
            domain &= Domain("kind", "=", kind)
        found = Offer.search(
            domain,
            order="expires_on, id",
            limit=PAGE_SIZE + 1,
            offset=(page - 1) * PAGE_SIZE,
        )
        values = {
            "offers": found[:PAGE_SIZE]._cards(self.training_id),
            "kind": kind,
            "kinds": Offer._kind_words(),
            "next": page + 1 if len(found) > PAGE_SIZE else None,
            "previous": page - 1 if page > 1 else None,
        }
        return "bde_alumni.page_offers", values

    def _page_post_offers(self, form, _files, _proof):
        Offer = self.env["bde.job.offer"]
        waiting = Offer.search_count([("alumnus_id", "=", self.id), ("state", "=", "proposed")])
        if waiting >= WAITING_MAX:
            raise SectionError(
                self.env._(
                    "%(count)s offers of yours wait to be read: thank you, please wait for the"
                    " bureau.",
                    count=waiting,
                )
            )
        values, _trainings, codes = job_offer_form.clean(form, dict(KINDS))
        if codes:
            raise SectionError(
                self.env._("Something is missing. Nothing that you typed is lost."),
                {name: Offer._sentence(code) for name, code in codes.items()},
            )
        Offer._propose(self.company_id, values, "alumnus", self)

    def _page_told(self, key):
        if key == "offers":
            return self.env._("Thank you: the bureau reads it, then shows it to former pupils.")
        return super()._page_told(key)


class BdeJobOffer(models.Model):
    _inherit = "bde.job.offer"

    def _cards(self, training=None):
        """What alumni see of offers; those of a training first, when one is given.

        :return: list of dicts
        """
        words = dict(self._kind_words())
        offers = self
        if training:
            # for all or for this one, then those of others
            offers = self.sorted(
                lambda one: bool(one.training_ids) and training not in one.training_ids
            )
        return [
            {
                "title": offer.title,
                "kind": words[offer.kind],
                "employer": offer.employer_name,
                "city": offer.city,
                "text": offer.text,
                "contact": offer.contact_text,
                "url": offer.url,
                "expires_on": offer.expires_on,
                "trainings": ", ".join(offer.training_ids.mapped("name")),
            }
            for offer in offers
        ]

    def _kind_words(self):
        """(code, words) of what may be offered, in the language of the page."""
        return self._fields["kind"]._description_selection(self.env)

    def _sentence(self, code):
        """What is wrong with a box of a form, by the codes of ``rules/job_offer_form.py``."""
        return {
            "required": self.env._("Please fill in this box."),
            "kind": self.env._("Choose what it is."),
            "url": self.env._("This is not the address of a page: https://…"),
            "apply": self.env._("Say how to apply, or give the page of the offer."),
            "siret": self.env._(
                "This is not a SIRET: 14 digits, on your invoices. Or leave it empty."
            ),
            "email": self.env._("This e-mail address is not complete."),
            "phone": self.env._("This phone number is not complete: 10 digits."),
            "reach": self.env._("Give an e-mail address or a phone number, so that we can answer."),
            "consent": self.env._("Tick this box, so that we may keep your offer and answer you."),
            "page": self.env._(
                "This page was open for too long, or your browser keeps no cookies. Nothing is"
                " lost: send it again. If it goes on, call us or write to us."
            ),
            "busy": self.env._(
                "Many offers came from your address within the hour. Please try again later, call"
                " us or write to us."
            ),
        }[code]
