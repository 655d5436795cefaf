from markupsafe import Markup

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools import is_html_empty

# How many lines a letter tells: more is not read.
STORY_LINES = 3


class BdeTaxCampaign(models.Model):
    """What the money of a campaign bought, and what the letters of the next one tell of it."""

    _inherit = "bde.tax.campaign"

    use_ids = fields.One2many("bde.tax.use", "campaign_id", string="What it bought")
    gift_ids = fields.One2many("bde.tax.gift", "campaign_id", string="Gifts in kind")
    use_count = fields.Integer(string="Things bought", compute="_compute_spent")
    spent_amount = fields.Monetary(
        string="Told as spent",
        compute="_compute_spent",
        help="Sum of the lines of what was bought, for information: the accounts stay in the "
        "school's accounting.",
    )
    gift_count = fields.Integer(string="Gifts", compute="_compute_gift_count")

    @api.depends("use_ids.amount")
    def _compute_spent(self):
        sums = {
            campaign.id: (count, amount)
            for campaign, count, amount in self.env["bde.tax.use"]._read_group(
                [("campaign_id", "in", self.ids)], ["campaign_id"], ["__count", "amount:sum"]
            )
        }
        for campaign in self:
            campaign.use_count, campaign.spent_amount = sums.get(campaign._origin.id, (0, 0))

    @api.depends("gift_ids")
    def _compute_gift_count(self):
        counts = dict(
            self.env["bde.tax.gift"]._read_group(
                [("campaign_id", "in", self.ids)], ["campaign_id"], ["__count"]
            )
        )
        for campaign in self:
            campaign.gift_count = counts.get(campaign._origin, 0)

    def _story_lines(self, limit=STORY_LINES):
        """What the letters of this campaign tell: what the money of the year before bought.

        Lines with a picture come first. Only pictures of which somebody stated that no minor
        can be recognised are given.

        :param int limit: how many lines at most
        :return: list of dicts ``use``, ``name``, ``text``, ``course``, ``picture`` (a
            ``bde.tax.picture`` that may be shown, or empty)
        """
        self.ensure_one()
        previous = self._previous()
        return previous._use_lines()[:limit] if previous else []

    # ------------------------------------------------------------
    # The story of the letters
    # ------------------------------------------------------------

    @api.model_create_multi
    def create(self, vals_list):
        """A new campaign begins with the story of the one before, when there is one to tell."""
        campaigns = super().create([self._plain_story_vals(vals) for vals in vals_list])
        campaigns.filtered(lambda one: is_html_empty(one.story))._propose_story()
        return campaigns

    def write(self, vals):
        return super().write(self._plain_story_vals(vals))

    @api.model
    def _plain_story_vals(self, vals):
        """Values with the picture of the story reduced, and without what the camera wrote."""
        if not vals.get("story_picture"):
            return vals
        plain = self.env["bde.tax.picture"]._plain_image(vals["story_picture"])
        return vals | {"story_picture": plain}

    def _propose_story(self):
        """Fills in the story and its picture from what last year's money bought.

        :return: those that have a story now
        """
        told = self.browse()
        for campaign in self:
            lines = campaign._story_lines()
            if not lines:
                continue
            campaign.story = campaign._story_html(lines)
            campaign._take_story_picture(lines)
            told |= campaign
        return told

    @api.model
    def _story_html(self, lines):
        # the paragraph ends the line in the plain text of a mail
        items = Markup("").join(
            Markup('<li><p style="margin:0"><strong>%s</strong>%s%s</p></li>')
            % (
                line["name"],
                f" ({line['course']})" if line["course"] else "",
                Markup("<br/>%s") % line["text"] if line["text"] else "",
            )
            for line in lines
        )
        return Markup("<ul>%s</ul>") % items

    def _take_story_picture(self, lines):
        """Takes the first picture that may be shown, with the statement of who looked at it."""
        picture = next((line["picture"] for line in lines if line["picture"]), None)
        if not picture:
            return
        data = picture.with_context(bin_size=False).image
        self.write({"story_picture": data, "picture_checked": True})
        # sudo: nobody writes statements by hand; this one was made on the picture
        self.sudo().write(
            {
                "picture_checked_on": picture.checked_on.date(),
                "picture_checked_by_id": picture.checked_by_id.id,
            }
        )

    def action_propose_story(self):
        """Writes the story again from what last year's money bought.

        :raises UserError: there is nothing to tell
        """
        for campaign in self:
            campaign.check_access("write")
            if not campaign._propose_story():
                raise UserError(
                    self.env._(
                        "Nothing is noted of what last year's money bought: add some lines under "
                        "“What it bought” first, with the campaign of last year."
                    )
                )
        return True

    def action_thank(self):
        """Opens the dialog that thanks the givers of this campaign."""
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id("bde_partnerships.action_tax_thank")
        return action | {"context": {"default_campaign_id": self.id}}

    # ------------------------------------------------------------
    # What companies read
    # ------------------------------------------------------------

    def _use_lines(self, courses=None):
        """The lines of this campaign as companies read them, without amounts.

        :param courses: ``bde.tax.course`` that a giver gave to: its lines come first, then
            those of the whole school, then the others
        :rtype: list of dict
        """
        uses = self.use_ids
        if courses is not None:
            uses = uses.sorted(lambda use: (_rank(use, courses), use.sequence, use.id))
        else:
            uses = uses.sorted(lambda use: (not use.picture_ids._showable(), use.sequence, use.id))
        return [
            {
                "use": use,
                "name": use.name,
                "text": use.text or "",
                "course": use.course_id.name or "",
                "picture": use.picture_ids._showable()[:1],
                "pictures": use.picture_ids._showable(),
            }
            for use in uses
        ]

    def action_open_uses(self):
        """What the money of this campaign bought."""
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id("bde_partnerships.action_tax_use")
        return action | {
            "domain": [("campaign_id", "=", self.id)],
            "context": {"default_campaign_id": self.id},
        }

    def action_open_gifts(self):
        """The gifts in kind of this campaign."""
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id("bde_partnerships.action_tax_gift")
        return action | {
            "domain": [("campaign_id", "=", self.id)],
            "context": {"default_campaign_id": self.id, "search_default_not_cancelled": 1},
        }


def _rank(use, courses):
    """0: a course that the giver gave to; 1: the whole school; 2: another course."""
    if not use.course_id:
        return 1
    return 0 if use.course_id in courses else 2
