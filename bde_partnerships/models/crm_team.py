from ast import literal_eval

from odoo import api, fields, models


class CrmTeam(models.Model):
    """One team per school, which carries the mail address of its bureau."""

    _inherit = "crm.team"

    bde_school_team = fields.Boolean(
        string="Team of a school",
        readonly=True,
        help="Made with the school: all its leads belong to this team.",
    )

    _bde_school_team_uniq = models.UniqueIndex(
        "(company_id) WHERE bde_school_team", "A school has one team."
    )

    def _alias_get_creation_values(self):
        """What arrives at the address of a bureau is a request to sort, not an opportunity."""
        values = super()._alias_get_creation_values()
        if self.bde_school_team:
            defaults = values.get("alias_defaults") or {}
            if isinstance(defaults, str):
                defaults = literal_eval(defaults)
            values["alias_defaults"] = defaults | {"type": "lead", "team_id": self.id}
        return values

    @api.model
    def _bde_of_schools(self, companies):
        """{school: its team}, for schools that have one.

        :param companies: ``res.company``
        """
        # sudo: only the team of the school is looked up, whose id says nothing
        teams = self.sudo().search(
            [("company_id", "in", companies.ids), ("bde_school_team", "=", True)]
        )
        return {team.company_id.with_env(self.env): team.with_env(self.env) for team in teams}

    def _bde_name_alias(self, name):
        """Gives the team its address, unless another team or model answers there already."""
        self.ensure_one()
        school = self.company_id
        # sudo: aliases belong to Odoo's administrator
        taken = (
            self.env["mail.alias"]
            .sudo()
            .search_count(
                [("alias_name", "=", name), ("alias_domain_id", "=", school.alias_domain_id.id)],
                limit=1,
            )
        )
        if not taken:
            self.write({"alias_domain_id": school.alias_domain_id.id, "alias_name": name})
