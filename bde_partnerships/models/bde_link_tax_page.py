from odoo import models

from ..rules.solicitation import address_key
from ..rules.tax_answer import KINDS
from ..rules.tax_moment import moment


class BdeLink(models.Model):
    """What the page about the tax shows. In sudo and in the company of the link, see _find()."""

    _inherit = "bde.link"

    def _tax_targets(self):
        """The companies that this link speaks for, of its school alone.

        An accountant's: those that his letter names, as long as they are his clients.

        :return: ``bde.tax.target`` in sudo
        """
        self.ensure_one()
        targets = self.env["bde.tax.target"]
        letter = self._tax_letter()
        if self.res_model == "bde.tax.target":
            targets = targets.browse(self.res_id).exists()
        elif letter.target_id:
            targets = letter.target_id
        elif letter.relation_id:
            firm = letter.relation_id
            targets = letter.target_ids.filtered(lambda one: one.accountant_id == firm)
        targets = targets.filtered(lambda one: one.company_id == self.company_id)
        return targets.sorted(lambda one: (one.partner_name or "", one.id))

    def _tax_letter(self):
        """The letter that this link stood in, where it was minted for one."""
        letters = self.env["bde.tax.letter"]
        if self.res_model != letters._name:
            return letters
        return letters.browse(self.res_id).exists()

    def _tax_is_accountant(self):
        """Whether it went to a firm that declares for others."""
        letter = self._tax_letter()
        return bool(letter) and not letter.target_id

    def _tax_key(self):
        """Who speaks by this link: one key for all letters to the same address."""
        return self.signer_key or f"link,{self.id}"

    def _tax_contact(self, target):
        """The contact of the company that this link was sent to; empty when there is none.

        Whoever reads an accountant's letter is no contact of his clients.
        """
        people = target.relation_id.contact_ids
        if self._tax_is_accountant() or not self.signer_key:
            return people.browse()
        readers = people.filtered(lambda one: address_key(one.email) == self.signer_key)
        # the boss and the tutor of a small firm share a mailbox: the letter named one of them
        return (readers.filtered(lambda one: one.name == self.name) or readers)[:1]

    def _close(self, closed_by):
        """With a link about the tax, the others that went to the same address for the same
        companies: each letter had its own.
        """
        links = self
        for link in self.filtered(lambda one: one.purpose == "tax" and one.signer_key):
            targets = link._tax_targets()
            links |= link._of_signer().filtered(lambda one, t=targets: one._tax_targets() <= t)
        return super(BdeLink, links)._close(closed_by)

    # ------------------------------------------------------------
    # THE DAY
    # ------------------------------------------------------------

    def _tax_moment(self, campaign):
        """Where today stands among the windows of a campaign.

        :return: (:class:`rules.tax_moment.Moment`, the windows in which employers choose)
        """
        windows = campaign.tax_year_id.window_ids.filtered("is_period").sorted("sequence")
        dates = [(window.date_from or None, window.date_to or None) for window in windows]
        return moment(dates, self.company_id._bde_today()), windows

    def _tax_window(self, campaign, kind):
        """The window that an answer of today is about: who has chosen did it in an open one."""
        now, windows = self._tax_moment(campaign)
        if now.window is None:
            return windows.browse()
        behind = kind == "chosen" and now.state == "between"
        return windows[now.window - 1 if behind else now.window]

    def _tax_kinds(self, campaign):
        """Answers that may be given today: after the last window nobody "will" any more."""
        now, _windows = self._tax_moment(campaign)
        return tuple(kind for kind in KINDS if now.state != "over" or kind != "will")

    # ------------------------------------------------------------
    # THE PAGE
    # ------------------------------------------------------------

    def _tax_page_values(self):
        """What every state of the page shows; constant queries.

        :rtype: dict
        """
        targets = self._tax_targets()
        campaign = targets.campaign_id[:1]
        now, _windows = self._tax_moment(campaign)
        return {
            "link": self,
            "company": self.company_id,
            "campaign": campaign,
            "is_accountant": self._tax_is_accountant(),
            "moment": now,
            "kinds": self._tax_kinds(campaign),
            "courses": campaign.course_ids,
            "entries": self._tax_entries(targets),
            "steps": self._tax_steps(campaign),
        }

    def _tax_entries(self, targets):
        """One a company: itself, what was said by this reader, whether others said something newer.

        What somebody else said is his: the page tells the day and the answer, no amount.
        """
        Answer = self.env["bde.tax.answer"]
        answers = Answer.search([("target_id", "in", targets.ids)], order="id desc")
        by_target = answers.grouped("target_id")
        # an answer may have brought a company back that was left out: what it owes is asked again
        liabilities = targets._liabilities(targets.campaign_id.tax_year_id)
        key, entries = self._tax_key(), []
        for target in targets:
            said = by_target.get(target, Answer)
            own = said.filtered(lambda answer: answer.said_key == key)[:1]
            last = said.filtered("is_last")[:1]
            entries.append(
                {
                    "target": target,
                    "employer": target.partner_id,
                    "own": own,
                    "other": last if last and last.said_key != key else Answer,
                    "is_exempt": liabilities[target].state == "owes_not",
                }
            )
        return entries

    def _tax_steps(self, campaign):
        """What is typed in SOLTéA, ready to copy.

        :rtype: dict
        """
        return {
            "uai": campaign.soltea_uai or self.company_id.uai,
            "siret": campaign.soltea_siret or self.company_id.company_registry,
            "name": campaign.soltea_name or self.company_id.name,
        }

    def _tax_typed(self, entry):
        """Boxes of a company as they stand at first: what this reader said before.

        :rtype: dict
        """
        own = entry["own"]
        by_share = bool(own.percent)
        number = own.percent if by_share else own.amount
        return {
            "kind": own.kind or "",
            "amount": self._tax_number(number),
            "unit": "percent" if by_share else "euro",
            "course": str(own.course_id.id or ""),
            "remark": own.remark or "",
            "name": own.name or self.name or "",
            "other_name": own.other_name or "",
            "other_email": own.other_email or "",
            "other_phone": own.other_phone or "",
        }

    def _tax_number(self, value):
        """A number as it is typed here: with a comma, without idle cents.

        :rtype: str
        """
        if not value:
            return ""
        return f"{value:.2f}".removesuffix(".00").replace(".", ",")
