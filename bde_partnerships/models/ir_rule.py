from odoo import api, models

SYSTEM_SEES_ALL = "[(1, '=', 1)] if user.has_group('base.group_system') else "

# Models of modules that install themselves beside the suite (no dependency, so no data file
# can name them) -> domain of a global rule
SCOPED = {
    "snailmail.letter": "[('company_id', 'in', company_ids)]",
    "base_import.mapping": SYSTEM_SEES_ALL + "[('create_uid', '=', user.id)]",
    "sms.template": SYSTEM_SEES_ALL
    + "['|', ('create_uid', '=', 1), ('create_uid.company_id', 'in', company_ids)]",
}
# ... and those that core looks into for every user, but nobody of a school makes or changes
READ_ONLY = ("snailmail.letter",)


RULE_NAME = "Bureau des entreprises: %s"


class IrRule(models.Model):
    _inherit = "ir.rule"

    def _make_access_error(self, operation, records):
        """Names nothing: in debug mode, which anybody turns on, core names the records."""
        error = super()._make_access_error(operation, records)
        user = self.env.user
        if user.has_group("base.group_no_one") and not user.has_group("base.group_system"):
            error = super()._make_access_error(operation, records.browse())
        return error

    def _register_hook(self):
        super()._register_hook()
        self._bde_scope_optional_models()

    def _bde_scope_optional_models(self):
        """Scopes the models above that are there, once each."""
        # sudo: called when the registry is ready, whoever asks
        Rule, Access = self.sudo(), self.env["ir.model.access"].sudo()
        present = (
            self.env["ir.model"]
            .sudo()
            .search([("model", "in", [name for name in SCOPED if name in self.env])])
        )
        scoped = self._bde_optional_rules().model_id
        missing = present - scoped
        if missing:
            Rule.create(
                [
                    {
                        "name": RULE_NAME % model.model,
                        "model_id": model.id,
                        "domain_force": SCOPED[model.model],
                    }
                    for model in missing
                ]
            )
        granted = Access.search(
            [
                ("model_id.model", "in", READ_ONLY),
                ("group_id", "=", self.env.ref("base.group_user").id),
                "|",
                ("perm_write", "=", True),
                ("perm_create", "=", True),
            ]
        )
        if granted:
            granted.write({"perm_write": False, "perm_create": False, "perm_unlink": False})

    @api.model
    def _bde_optional_rules(self):
        # sudo: no role reads rules
        names = [RULE_NAME % name for name in SCOPED]
        return self.sudo().with_context(active_test=False).search([("name", "in", names)])

    @api.model
    def _bde_unscope_optional_models(self):
        """Removes these rules, for the removal of the module; see ``hooks.py``."""
        self._bde_optional_rules().unlink()
