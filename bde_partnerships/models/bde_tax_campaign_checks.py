from markupsafe import Markup

from odoo import api, models
from odoo.exceptions import UserError
from odoo.fields import Domain

from ..rules import identifiers
from .base import as_id

# What the person compares with SOLTéA: another value is to be compared again.
COMPARED = {"soltea_name", "soltea_siret", "soltea_uai"}
PICTURE = {"story_picture", "picture_checked"}
# Who stated it, and when: nobody types it.
STATEMENT = {"picture_checked_on", "picture_checked_by_id"}


class BdeTaxCampaign(models.Model):
    """Whether a campaign is complete: its identity in SOLTéA, its eligibility, its picture."""

    _inherit = "bde.tax.campaign"

    # ------------------------------------------------------------
    # ORM
    # ------------------------------------------------------------

    @api.model_create_multi
    def create(self, vals_list):
        new = self.with_context(bde_new_campaign=True)
        campaigns = super(BdeTaxCampaign, new).create(
            [self._normalize_identity(vals) for vals in vals_list]
        )
        campaigns = campaigns.with_env(self.env)
        campaigns.filtered("picture_checked")._sign_picture()
        return campaigns

    def write(self, vals):
        vals = self._normalize_identity(vals)
        if not self.env.su:
            vals = {name: value for name, value in vals.items() if name not in STATEMENT}
        self._check_year_stays(vals)
        if "story_picture" in vals and "picture_checked" not in vals:
            # the statement was about another picture
            vals["picture_checked"] = False
        changed = self._differ(vals.keys() & COMPARED, vals)
        result = super().write(vals)
        changed._forget_comparison()
        if PICTURE & vals.keys():
            self._sign_picture()
            if "story_picture" in vals or not vals["picture_checked"]:
                self.env["bde.tax.picture"]._forget_addresses(self, "story_picture")
        return result

    def _check_year_stays(self, vals):
        """The year is chosen while a campaign is prepared: its money was given in that one.

        :raise UserError: letters may have left, or money is counted
        """
        if "tax_year_id" not in vals or self.env.su:
            return
        moved = self.filtered(lambda one: one.tax_year_id.id != as_id(vals["tax_year_id"]))
        started = moved.filtered(lambda one: one.state != "preparing" or one.gift_ids)
        money = Domain("campaign_id", "in", moved.ids) & (
            Domain("pledge_count", ">", 0)
            # not "different from 0", which finds what was never written, too
            | Domain("received_amount", ">", 0)
            | Domain("received_amount", "<", 0)
        )
        if started or moved and self.env["bde.tax.target"].search_count(money, limit=1):
            raise UserError(
                self.env._(
                    "The year of a campaign that was started, or in which something was promised,"
                    " does not change: open the campaign of the other year."
                )
            )

    @api.model
    def _normalize_identity(self, vals):
        """Numbers as they are compared, however they were typed."""
        vals = dict(vals)
        if vals.get("soltea_siret"):
            vals["soltea_siret"] = identifiers.normalize_siret(vals["soltea_siret"])
        if vals.get("soltea_uai"):
            vals["soltea_uai"] = identifiers.normalize_uai(vals["soltea_uai"])
        return vals

    def _differ(self, names, vals):
        return self.filtered(
            lambda one: any((one[name] or False) != (vals[name] or False) for name in names)
        )

    def _forget_comparison(self):
        """What was compared with SOLTéA has changed: it is to be compared again."""
        compared = self.filtered("identity_checked_on")
        if compared:
            # sudo: written by whoever may change what was compared
            compared.sudo().write({"identity_checked_on": False, "identity_checked_by_id": False})

    def _sign_picture(self):
        """Who stated that no minor can be recognised, and when."""
        for campaign in self:
            if not campaign.picture_checked:
                vals = {"picture_checked_on": False, "picture_checked_by_id": False}
            elif campaign.story_picture:
                vals = {
                    "picture_checked_on": campaign.company_id._bde_today(),
                    "picture_checked_by_id": self.env.uid,
                }
            else:
                raise UserError(self.env._("Add the picture first, then state what it shows."))
            # sudo: a statement is signed here alone, by who may write the picture
            campaign.sudo().write(vals)

    # ------------------------------------------------------------
    # Complete or not
    # ------------------------------------------------------------

    def _identity_gaps(self):
        """What lacks before anybody may be asked, in sentences; empty once all is there.

        :rtype: list[str]
        """
        self.ensure_one()
        gaps = []
        if not (self.soltea_name or "").strip():
            gaps.append(self.env._("Type the name of the school as SOLTéA shows it."))
        gaps += self._number_gaps()
        gaps += self._course_gaps()
        if not self.identity_checked_on:
            gaps.append(
                self.env._(
                    "Compare name, numbers and courses with SOLTéA, then press “It is the same in "
                    "SOLTéA”."
                )
            )
        gaps += self._eligibility_gaps()
        return gaps

    def _number_gaps(self):
        gaps = []
        if not self.soltea_siret:
            gaps.append(self.env._("Type the SIRET of the school as SOLTéA shows it."))
        elif not identifiers.is_siret(self.soltea_siret):
            gaps.append(
                self.env._(
                    "%(siret)s is not a SIRET: fourteen digits, look for a typing error.",
                    siret=self.soltea_siret,
                )
            )
        if not self.soltea_uai:
            gaps.append(self.env._("Type the UAI of the school as SOLTéA shows it."))
        elif not identifiers.is_uai(self.soltea_uai):
            gaps.append(
                self.env._(
                    "%(uai)s is not a UAI: seven digits, then the check letter.",
                    uai=self.soltea_uai,
                )
            )
        return gaps

    def _course_gaps(self):
        if not self.course_ids:
            return [
                self.env._(
                    "Add the courses that employers find in SOLTéA: one click takes the trainings "
                    "of the school."
                )
            ]
        lacking = self.course_ids.filtered(lambda course: not course.rncp and not course.no_rncp)
        if not lacking:
            return []
        return [
            self.env._(
                "RNCP number missing for: %(courses)s. Type it, or tick that there is none.",
                courses=", ".join(lacking.mapped("name")),
            )
        ]

    def _eligibility_gaps(self):
        texts = {
            "unknown": self.env._("Say whether the prefect's list names the school."),
            "applied": self.env._(
                "Letters leave once the prefect's list names the school: note it then."
            ),
            "not_listed": self.env._(
                "The school is not on the prefect's list: it may not receive the solde this year."
            ),
        }
        return [texts[self.eligible_state]] if self.eligible_state in texts else []

    def _obstacles_to_solicit(self):
        """What forbids to write to companies for this campaign: sentences, empty when all is well.

        :rtype: list[str]
        """
        self.ensure_one()
        if self.state == "closed":
            return [self.env._("This campaign is closed.")]
        gaps = self._identity_gaps()
        if not gaps and self.state == "preparing":
            gaps = [self.env._("Start the campaign first.")]
        return gaps

    def _check_may_solicit(self):
        """Stops unless companies may be written to.

        :raise UserError: what lacks, one line each
        """
        for campaign in self:
            if obstacles := campaign._obstacles_to_solicit():
                raise UserError("\n".join(obstacles))

    @api.depends(
        "soltea_name", "soltea_siret", "soltea_uai", "course_ids.name", "course_ids.rncp",
        "course_ids.no_rncp", "identity_checked_on", "eligible_state", "state",
    )  # fmt: skip
    @api.depends_context("lang")
    def _compute_gaps(self):
        for campaign in self:
            gaps = [] if campaign.state == "closed" else campaign._identity_gaps()
            lines = Markup("").join(Markup("<li>%s</li>") % gap for gap in gaps)
            campaign.gaps = Markup("<ul class='mb-0'>%s</ul>") % lines if gaps else False
            campaign.gap_count = len(gaps)
