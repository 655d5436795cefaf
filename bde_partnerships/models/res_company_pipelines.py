from odoo import api, models


class ResCompany(models.Model):
    """Each school comes with the team that carries its leads and its mail address."""

    _inherit = "res.company"

    @api.model_create_multi
    def create(self, vals_list):
        companies = super().create(vals_list)
        companies._bde_ensure_teams()
        return companies

    def write(self, vals):
        result = super().write(vals)
        if vals.keys() & {"bde_kind", "uai", "alias_domain_id"}:
            self._bde_ensure_teams()
        return result

    @api.model
    def _bde_ensure_all_teams(self):
        """Gives every school its team; called at each update of the module."""
        # sudo: called by the update
        self.sudo().with_context(active_test=False).search(
            [("bde_kind", "=", "school")]
        )._bde_ensure_teams()

    def _bde_ensure_teams(self):
        """Makes the missing teams of these schools, and their addresses where mail arrives.

        An address that somebody chose is kept.

        :return: {school: its team}
        """
        # sudo: no role keeps teams, they follow their school
        schools = self.sudo().filtered(lambda company: company.bde_kind == "school")
        Team = self.env["crm.team"].sudo().with_context(active_test=False)
        teams = Team._bde_of_schools(schools)
        missing = schools.filtered(lambda school: school not in teams)
        made = Team.create(
            [
                {
                    "name": school.name,
                    "company_id": school.id,
                    "bde_school_team": True,
                    "use_leads": True,
                    "use_opportunities": True,
                    "assignment_optout": True,
                    "user_id": False,
                    "favorite_user_ids": False,
                }
                for school in missing
            ]
        )
        for team in made + Team.union(*teams.values()):
            school = team.company_id
            if school.alias_domain_id and school.uai and not team.alias_name:
                team._bde_name_alias(f"bde-{school.uai.lower()}")
        made_of = {team.company_id: team for team in made}
        if made_of:
            self.env["crm.lead"]._bde_adopt(made_of)
        return teams | made_of
