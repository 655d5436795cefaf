from odoo import api, models

OWN_VIEWS = {
    "form": "view_lead_form",
    "list": "view_lead_list",
    "kanban": "view_lead_kanban",
    "search": "view_lead_search",
    "activity": "view_lead_activity",
    "calendar": "view_lead_calendar",
    "pivot": "view_lead_pivot",
    "graph": "view_lead_graph",
}


class CrmLead(models.Model):
    """Staff of schools see leads in the school's views wherever they open them."""

    _inherit = "crm.lead"

    @api.model
    def _bde_is_staff(self):
        return self.env.user.has_group("bde_partnerships.group_staff")

    @api.model
    def _get_view_cache_key(self, view_id=None, view_type="form", **options):
        key = super()._get_view_cache_key(view_id, view_type, **options)
        return key + (self._bde_is_staff(),)

    @api.model
    def _get_view(self, view_id=None, view_type="form", **options):
        named = view_id or self.env.context.get(f"{view_type}_view_ref")
        if not named and view_type in OWN_VIEWS and self._bde_is_staff():
            view_id = self.env.ref(f"bde_partnerships.{OWN_VIEWS[view_type]}").id
        return super()._get_view(view_id, view_type, **options)

    def get_formview_id(self, access_uid=None):
        if self._bde_is_staff():
            return self.env.ref("bde_partnerships.view_lead_form").id
        return super().get_formview_id(access_uid=access_uid)

    def action_bde_duplicates(self):
        """Opens the other leads about the same company, or of the same sender."""
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Same company: %(lead)s", lead=self.name),
            "res_model": "crm.lead",
            "view_mode": "list,form",
            "views": [
                (self.env.ref("bde_partnerships.view_lead_list").id, "list"),
                (self.env.ref("bde_partnerships.view_lead_form").id, "form"),
            ],
            "domain": [("id", "in", self.duplicate_lead_ids.ids)],
            "context": {"active_test": False, "create": False},
        }
