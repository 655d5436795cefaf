from odoo import api, fields, models

# What the funnel sums of the lines of ``bde.tax.report``, by company and year.
MEASURES = (
    "target_count", "left_out_count", "reached_count", "answered_count", "refused_count",
    "promised_count", "received_count", "unexpected_count", "giver_before_count", "loyal_count",
    "message_count", "potential", "reached_potential", "answered_potential", "promised_amount",
    "received_amount", "unexpected_amount",
)  # fmt: skip
# From the widest to the narrowest: the count of each stage and its euros.
STAGES = (
    ("target_count", "potential"),
    ("reached_count", "reached_potential"),
    ("answered_count", "answered_potential"),
    ("promised_count", "promised_amount"),
    ("received_count", "received_amount"),
)


class BdeTaxCampaign(models.Model):
    """How far the money of a campaign is, beside the campaign of the year before."""

    _inherit = "bde.tax.campaign"

    funnel = fields.Json(
        string="Results", compute="_compute_funnel", help="Of this year and of the year before."
    )

    promised_total = fields.Monetary(string="Promised", compute="_compute_totals")
    received_total = fields.Monetary(string="Received", compute="_compute_totals")

    @api.depends_context("uid", "lang", "allowed_company_ids")
    def _compute_funnel(self):
        figures = self._funnel_figures()
        for campaign in self:
            campaign.funnel = campaign._funnel(figures[campaign])

    @api.depends_context("uid", "allowed_company_ids")
    def _compute_totals(self):
        figures = self._funnel_figures()
        for campaign in self:
            campaign.promised_total = figures[campaign]["now"]["promised_amount"]
            campaign.received_total = figures[campaign]["now"]["received_amount"]

    def _funnel_figures(self):
        """Sums of the lines of each campaign and of the school's campaign of the year before.

        One query for all. Amounts in the currency of the school. What each figure counts
        stands in the help of the fields of ``bde.tax.report``.

        :return: {campaign: {"now": {measure: value}, "before": the same, or None when the
            school has no line of the year before}}
        """
        years = {year for campaign in self for year in (campaign.year, campaign.year - 1)}
        groups = self.env["bde.tax.report"]._read_group(
            [("company_id", "in", self.company_id.ids), ("year", "in", list(years))],
            ["company_id", "year"],
            [f"{name}:sum" for name in MEASURES],
        )
        found = {
            (company.id, year): dict(zip(MEASURES, sums, strict=True))
            for company, year, *sums in groups
        }
        empty = dict.fromkeys(MEASURES, 0)
        return {
            campaign: {
                "now": found.get((campaign.company_id.id, campaign.year), empty),
                "before": found.get((campaign.company_id.id, campaign.year - 1)),
            }
            for campaign in self
        }

    # ------------------------------------------------------------
    # What the widget and the sheet show
    # ------------------------------------------------------------

    def _funnel(self, figures):
        """The funnel in plain values: bars, what is told beside them, the year before.

        :param figures: of this campaign, as :meth:`_funnel_figures` gives them
        :rtype: dict
        """
        self.ensure_one()
        now, before = figures["now"], figures["before"]
        texts = self._funnel_texts()
        return {
            "year": self.year,
            "before_year": self.year - 1 if before else False,
            "currency_id": self.currency_id.id,
            "aimed_at": self.target_amount,
            "stages": [
                {
                    "key": count,
                    "label": texts[count][0],
                    "help": texts[count][1],
                    "count": now[count],
                    "amount": now[amount],
                    "is_potential": amount.endswith("potential"),
                    "before_count": before[count] if before else 0,
                    "before_amount": before[amount] if before else 0,
                }
                for count, amount in STAGES
            ],
            "now": self._funnel_beside(now, before),
            "before": before and self._funnel_beside(before, None),
        }

    @api.model
    def _funnel_beside(self, sums, before):
        """What a manager asks next: average gift, loyalty, what a message brings."""
        givers, messages = sums["received_count"], sums["message_count"]
        # who gave last year and is not on this list counts too: he did not come back
        givers_before = before["received_count"] if before else sums["giver_before_count"]
        return {
            "received": sums["received_amount"],
            "average": sums["received_amount"] / givers if givers else 0,
            "messages": messages,
            "per_message": sums["received_amount"] / messages if messages else 0,
            "loyal": sums["loyal_count"],
            "loyal_of": givers_before,
            "left_out": sums["left_out_count"],
            "refused": sums["refused_count"],
            "unexpected": sums["unexpected_count"],
            "unexpected_amount": sums["unexpected_amount"],
        }

    @api.model
    def _funnel_texts(self):
        """Label and help of each stage: of the fields, so that they are said once."""
        fields_info = self.env["bde.tax.report"].fields_get(
            [count for count, _amount in STAGES], ["string", "help"]
        )
        return {name: (info["string"], info.get("help", "")) for name, info in fields_info.items()}

    # ------------------------------------------------------------
    # Verbs
    # ------------------------------------------------------------

    def action_open_stage(self, stage):
        """Opens the companies of a stage of the funnel.

        :param stage: name of a count of ``bde.tax.report``
        """
        self.ensure_one()
        texts = self._funnel_texts()
        if stage not in texts and stage not in MEASURES:
            stage = "target_count"
        lines = self.env["bde.tax.report"].search([("campaign_id", "=", self.id), (stage, "=", 1)])
        label = self.env["bde.tax.report"]._fields[stage]._description_string(self.env)
        action = self.env["ir.actions.act_window"]._for_xml_id("bde_partnerships.action_tax_target")
        # one line a company: the ids are those of the targets
        action |= {
            "name": f"{self.display_name} · {label}",
            "domain": [("id", "in", lines.ids)],
            "context": {"default_campaign_id": self.id, "active_test": False},
        }
        return action

    def action_open_report(self):
        """Opens the pivot of this campaign and of the ones before it."""
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id("bde_partnerships.action_tax_report")
        action["domain"] = [("company_id", "=", self.company_id.id)]
        return action

    def action_close(self):
        """Closed, the campaign is counted for the académie at once."""
        result = super().action_close()
        # sudo: the lines of the académie are written by counting alone
        self.env["bde.tax.figure"].sudo()._refresh([("id", "in", self.company_id.ids)])
        return result


class BdeTaxReceipt(models.Model):
    _inherit = "bde.tax.receipt"

    # a course is that of one campaign: its training is the same from year to year
    training_id = fields.Many2one(
        related="course_id.training_id", store=True, precompute=True, index="btree_not_null"
    )
