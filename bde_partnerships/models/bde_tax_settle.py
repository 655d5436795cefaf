from collections import defaultdict
from datetime import timedelta

from odoo import api, models
from odoo.exceptions import AccessError
from odoo.fields import Domain

from ..rules import settle

# a transfer reaches the school's account, and the export, some days after its date
GRACE = timedelta(days=15)
TRANSFERS = ("transfer1", "transfer2", "transfer3")
# what, of a promise or a receipt, changes who gets what
PLEDGE_FACTS = {
    "campaign_id", "relation_id", "target_id", "amount", "percent", "said_on", "cancelled_on",
}  # fmt: skip
RECEIPT_FACTS = {"campaign_id", "relation_id", "target_id", "amount"}
# read at once: companies are settled one after the other
PLEDGE_READ = (
    "campaign_id", "partner_id", "target_id", "company_id", "expected_amount", "expected_is_known",
    "received_amount", "cancelled_on", "not_received_on", "state",
)  # fmt: skip
RECEIPT_READ = (
    "campaign_id", "partner_id", "target_id", "company_id", "amount", "is_unexpected",
)  # fmt: skip


def cents(amount):
    """Euros of a Monetary field as whole cents."""
    return round((amount or 0) * 100)


class BdeTaxCampaign(models.Model):
    """Receipts settled against promises, company by company.

    A company is its SIREN: one establishment promises, the head office allots.
    """

    _inherit = "bde.tax.campaign"

    def _settle_money(self, partners):
        """Works out again what came of the promises of these companies. Constant queries.

        :param partners: companies (``res.partner``) whose promises or receipts changed
        """
        # sudo: sums of what the caller has just changed; receipts are written by imports alone
        campaigns = self.sudo()
        if not campaigns or not partners:
            return
        pledges, receipts = campaigns._money_of(partners.sudo())
        targets = pledges.target_id | receipts.target_id
        by_company = defaultdict(lambda: [self.env["bde.pledge"].sudo(), receipts.browse()])
        for pledge in pledges:
            by_company[pledge.campaign_id.id, pledge._company_key()][0] += pledge
        for receipt in receipts:
            by_company[receipt.campaign_id.id, receipt._company_key()][1] += receipt
        for own_pledges, own_receipts in by_company.values():
            own_pledges._share(own_receipts)
        (targets | receipts.target_id)._settle()

    def _money_of(self, partners):
        """Promises and receipts of these companies, other establishments of theirs included."""
        # read together, however they were gathered
        partners = partners.browse(partners.ids)
        sirens = [siren for siren in set(partners.mapped("bde_siren")) if siren]
        same = Domain("partner_id", "in", partners.ids)
        if sirens:
            same |= Domain("partner_id.bde_siren", "in", sirens)
        domain = Domain("campaign_id", "in", self.ids) & same
        # sudo: of campaigns that the caller may read
        Pledge, Receipt = self.env["bde.pledge"].sudo(), self.env["bde.tax.receipt"].sudo()
        pledges = Pledge.search_fetch(domain, PLEDGE_READ, order="said_on, id")
        receipts = Receipt.search_fetch(domain, RECEIPT_READ, order="transfer_on, id")
        (pledges.partner_id | receipts.partner_id).fetch(["bde_siren"])
        return pledges, receipts

    # ------------------------------------------------------------
    # What did not come
    # ------------------------------------------------------------

    def _last_transfer_on(self):
        """Day of the last transfer of the year; False while one of them has no date."""
        self.ensure_one()
        # sudo: the calendar of the académie
        windows = self.sudo().tax_year_id.window_ids.filtered(lambda one: one.kind in TRANSFERS)
        days = [window.date_to or window.date_from for window in windows]
        return max(days) if days and all(days) else False

    @api.model
    def _cron_close_pledges(self):
        """Marks as not received what had not come two weeks after the last transfer.

        A transfer that was moved later brings them back.
        """
        for campaign in self.search([("state", "!=", "preparing")]):
            last = campaign._last_transfer_on()
            if last and last + GRACE < campaign.company_id._bde_today():
                campaign.pledge_ids.filtered(lambda one: one.state == "promised")._give_up()
            else:
                campaign.pledge_ids.filtered("given_up_by_job")._wait_again()


class BdePledge(models.Model):
    """What came of a promise."""

    _inherit = "bde.pledge"

    @api.model_create_multi
    def create(self, vals_list):
        for vals in vals_list:
            self._check_received(vals)
        pledges = super().create(vals_list)
        pledges._settle_companies()
        return pledges

    def write(self, vals):
        self._check_received(vals)
        before = self._companies() if vals.keys() & PLEDGE_FACTS else []
        result = super().write(vals)
        if vals.keys() & PLEDGE_FACTS:
            self._settle_companies(before)
        return result

    def unlink(self):
        before, targets = self._companies(), self.target_id
        result = super().unlink()
        self.browse()._settle_companies(before)
        targets._settle()
        return result

    def _check_received(self, vals):
        """What came is what the exports say, whatever somebody would like to type."""
        if "received_amount" in vals and not self.env.su:
            raise AccessError(self.env._("What was received comes from the SOLTéA exports alone."))

    def _companies(self):
        """(campaign, its companies) of these promises."""
        return [(campaign, own.partner_id) for campaign, own in self.grouped("campaign_id").items()]

    def _settle_companies(self, before=()):
        for campaign, partners in [*before, *self._companies()]:
            campaign._settle_money(partners)

    def _company_key(self):
        self.ensure_one()
        return self.partner_id.bde_siren or self.partner_id.id

    def _share(self, receipts):
        """Gives the receipts of one company to its promises, oldest first."""
        standing = self.filtered(lambda pledge: not pledge.cancelled_on)
        shares = settle.share(
            sum(cents(receipt.amount) for receipt in receipts),
            [
                settle.Promise(
                    pledge.id, cents(pledge.expected_amount) if pledge.expected_is_known else None
                )
                for pledge in standing
            ],
        )
        for pledge in self:
            amount = shares.get(pledge.id, 0) / 100
            if cents(pledge.received_amount) != cents(amount):
                pledge.received_amount = amount
        for receipt in receipts:
            if receipt.is_unexpected == bool(standing):
                receipt.is_unexpected = not standing
            # the money goes to the establishment that promised
            if standing and receipt.target_id not in standing.target_id:
                receipt.target_id = standing[0].target_id

    def _give_up(self, by_job=True):
        for company, pledges in self.grouped("company_id").items():
            pledges.write({"not_received_on": company._bde_today(), "given_up_by_job": by_job})

    def _wait_again(self):
        self.write({"not_received_on": False, "given_up_by_job": False})

    def action_give_up(self):
        """Says of these promises that nothing will come."""
        self.filtered(lambda pledge: pledge.state == "promised")._give_up(by_job=False)
        return True

    def action_wait_again(self):
        """Waits for these promises again."""
        self.filtered("not_received_on")._wait_again()
        return True


class BdeTaxReceipt(models.Model):
    """Receipts are settled whenever they change."""

    _inherit = "bde.tax.receipt"

    @api.model_create_multi
    def create(self, vals_list):
        receipts = super().create(vals_list)
        receipts._settle_companies()
        return receipts

    def write(self, vals):
        facts = vals.keys() & RECEIPT_FACTS
        before = self._companies() if facts - {"target_id"} else []
        result = super().write(vals)
        if facts - {"target_id"}:
            self._settle_companies(before)
        return result

    def unlink(self):
        before, targets = self._companies(), self.target_id
        result = super().unlink()
        self.browse()._settle_companies(before)
        targets._settle()
        return result

    def _companies(self):
        """(campaign, its companies) of these receipts."""
        return [(campaign, own.partner_id) for campaign, own in self.grouped("campaign_id").items()]

    def _settle_companies(self, before=()):
        if self.env.context.get("bde_tax_settle_later"):
            return
        for campaign, partners in [*before, *self._companies()]:
            campaign._settle_money(partners)

    def _company_key(self):
        self.ensure_one()
        return self.partner_id.bde_siren or self.partner_id.id


class BdeTaxTarget(models.Model):
    """A payroll that becomes known says how much a percentage is."""

    _inherit = "bde.tax.target"

    def write(self, vals):
        result = super().write(vals)
        if "payroll" in vals:
            for campaign, targets in self.grouped("campaign_id").items():
                campaign._settle_money(targets.partner_id)
        return result
