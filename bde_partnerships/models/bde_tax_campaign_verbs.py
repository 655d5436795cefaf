from odoo import models
from odoo.exceptions import UserError
from odoo.fields import Command


class BdeTaxCampaign(models.Model):
    """What a campaign does: gets complete, starts, closes."""

    _inherit = "bde.tax.campaign"

    def action_confirm_identity(self):
        """Notes that somebody compared the school's identity with what SOLTéA shows.

        :raise UserError: what cannot be right as it stands
        """
        for campaign in self:
            campaign.check_access("write")
            if gaps := campaign._number_gaps() + campaign._course_gaps():
                raise UserError("\n".join(gaps))
            # sudo: a statement is signed here alone; the right was checked
            campaign.sudo().write(
                {
                    "identity_checked_on": campaign.company_id._bde_today(),
                    "identity_checked_by_id": self.env.uid,
                }
            )
        return True

    def action_start(self):
        """Starts campaigns that are complete: letters may leave from now on.

        :raise UserError: what lacks, one line each
        """
        for campaign in self.filtered(lambda one: one.state == "preparing"):
            campaign.check_access("write")
            if gaps := campaign._identity_gaps():
                raise UserError("\n".join(gaps))
            # sudo: the state is written by verbs alone; the right was checked
            campaign.sudo().state = "running"
        return True

    def action_close(self):
        """Closes campaigns: nobody is asked any more, figures stay. For the manager and the head.

        :raise AccessError: the user is neither
        """
        for school in self.company_id:
            school._bde_check_user_is("manager")
        self.check_access("write")
        # sudo: as above
        self.sudo().write({"state": "closed"})
        # what the calendar asked for is over; what people planned stays
        self.activity_ids.filtered("automated").unlink()
        return True

    def action_reopen(self):
        """Opens campaigns again that were closed too early."""
        for school in self.company_id:
            school._bde_check_user_is("manager")
        self.check_access("write")
        # sudo: as above
        self.sudo().filtered(lambda one: one.state == "closed").state = "running"
        return True

    def action_fill_courses(self):
        """Adds the trainings of the school that are not among the courses yet.

        :raise UserError: the school has no training
        """
        for campaign in self:
            campaign.check_access("write")
            trainings = self.env["bde.training"].search(
                [("company_id", "=", campaign.company_id.id)]
            )
            if not trainings:
                raise UserError(
                    self.env._("The school has no training yet: add them under Configuration.")
                )
            levels = dict(trainings._fields["level"]._description_selection(self.env))
            campaign.course_ids = [
                Command.create(
                    {
                        "training_id": training.id,
                        "name": training.name,
                        "rncp": training.rncp,
                        "level": levels.get(training.level),
                    }
                )
                for training in trainings - campaign.course_ids.training_id
            ]
        return True

    def action_copy_previous(self):
        """Takes over from last year's campaign what is still empty: identity, courses, components.

        :raise UserError: the school had no campaign before
        """
        for campaign in self:
            campaign.check_access("write")
            previous = campaign._previous()
            if not previous:
                raise UserError(self.env._("The school has no earlier campaign to copy."))
            campaign._copy_from(previous)
        return True

    def _copy_from(self, previous):
        """Copies what is empty here from an earlier campaign; nothing counts as compared yet."""
        vals = {
            name: previous[name]
            for name in ("soltea_name", "soltea_siret", "soltea_uai")
            # what was typed last year was compared with SOLTéA; the default was not
            if previous[name] and not self.identity_checked_on
        }
        if not self.target_amount:
            vals["target_amount"] = previous.target_amount
        self.write(vals)
        of_old = {}
        if not self.component_ids:
            for component in previous.component_ids:
                of_old[component] = component.copy({"campaign_id": self.id})
        if not self.course_ids:
            for course in previous.course_ids:
                component = of_old.get(course.component_id)
                course.copy(
                    {"campaign_id": self.id, "component_id": component.id if component else False}
                )

    def action_open_calendar(self):
        """The windows of the year."""
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id("bde_partnerships.action_tax_window")
        return action | {"domain": [("tax_year_id", "=", self.tax_year_id.id)]}
