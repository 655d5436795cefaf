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


def _shares(standing, receipts):
    """Cents that each promise of one company gets of its receipts, oldest promise first."""
    return settle.share(
        sum(cents(receipt.amount) for receipt in receipts),
        [
            settle.Promise(
                pledge.id, cents(pledge.expected_amount) if pledge.expected_is_known else None
            )
            for pledge in standing
        ],
    )


def _put(records, name, values):
    """Gives records their values of one field as core gives computed ones: written by the
    hundred, without a ``write()`` each; what depends on them follows.

    :param dict values: by id; those that hold already are left alone
    """
    field = records._fields[name]
    changed = records.browse()
    with records.env.protecting([field], records):
        for value, ids in _grouped(records, name, values).items():
            group = records.browse(ids)
            group[name] = value
            changed += group
    changed.modified([name])


def _grouped(records, name, values):
    """{value: ids} of the records whose value is another one."""
    groups = defaultdict(list)
    for record in records.browse(values):
        value, old = values[record.id], record[name]
        if isinstance(value, float):
            if cents(value) != cents(old):
                groups[value].append(record.id)
        elif value != (old.id if isinstance(old, models.BaseModel) else old):
            groups[value].append(record.id)
    return groups


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
        by_company = defaultdict(lambda: ([], []))
        for pledge in pledges:
            by_company[pledge.campaign_id.id, pledge._company_key()][0].append(pledge)
        for receipt in receipts:
            by_company[receipt.campaign_id.id, receipt._company_key()][1].append(receipt)
        came, unexpected, moved = {}, {}, {}
        for said, received in by_company.values():
            standing = [pledge for pledge in said if not pledge.cancelled_on]
            shares = _shares(standing, received)
            came |= {pledge.id: shares.get(pledge.id, 0) / 100 for pledge in said}
            unexpected |= {receipt.id: not standing for receipt in received}
            promisers = {pledge.target_id.id: None for pledge in standing}
            # the money goes to the establishment that promised
            moved |= {
                receipt.id: next(iter(promisers))
                for receipt in received
                if promisers and receipt.target_id.id not in promisers
            }
        _put(pledges, "received_amount", came)
        _put(receipts, "is_unexpected", unexpected)
        _put(receipts, "target_id", moved)
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

        A transfer that was moved later brings them back. School by school; what is done is not
        looked at again.
        """
        campaigns = self.search([("state", "!=", "preparing")])
        over = campaigns.filtered(lambda campaign: campaign._is_paid_out())
        waiting = Domain("campaign_id", "in", over.ids) & Domain("state", "=", "promised")
        back = Domain("campaign_id", "in", (campaigns - over).ids) & Domain(
            "given_up_by_job", "=", True
        )
        Pledge = self.env["bde.pledge"]
        pledges = Pledge.search(waiting | back)
        self.env["ir.cron"]._commit_progress(remaining=len(pledges))
        for _company, own in pledges.grouped("company_id").items():
            own.filtered(lambda pledge: pledge.campaign_id in over)._give_up()
            own.filtered(lambda pledge: pledge.campaign_id not in over)._wait_again()
            if not self.env["ir.cron"]._commit_progress(len(own)):
                break

    def _is_paid_out(self):
        """Whether whatever was transferred must have come: two weeks after the last transfer."""
        self.ensure_one()
        last = self._last_transfer_on()
        return bool(last and last + GRACE < self.company_id._bde_today())


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
        facts = vals.keys() & PLEDGE_FACTS
        before, targets = self._companies() if facts else [], self.target_id
        result = super().write(vals)
        if facts:
            self._settle_companies(before)
            # a promise that moved leaves nothing behind
            (targets - self.target_id)._settle()
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

    def _give_up(self, by_job=True):
        self.check_access("write")
        # sudo: what became of a promise is written by verbs alone; the right was checked
        for company, pledges in self.sudo().grouped("company_id").items():
            pledges.write({"not_received_on": company._bde_today(), "given_up_by_job": by_job})

    def _wait_again(self):
        self.check_access("write")
        # sudo: as above
        self.sudo().write({"not_received_on": False, "given_up_by_job": False})

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
