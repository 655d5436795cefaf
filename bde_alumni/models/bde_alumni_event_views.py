from odoo import api, models

OWN_VIEWS = {
    "event.event": {
        "form": "view_event_form",
        "list": "view_event_list",
        "search": "view_event_search",
    },
    "event.registration": {
        "kanban": "view_attendance_kanban",
        "list": "view_attendance_list",
        "form": "view_attendance_form",
        "search": "view_attendance_search",
    },
}


class BdeOwnViews(models.AbstractModel):
    """Staff of schools see the school's views wherever a record opens: core's read models that
    no role reads."""

    _name = "bde.own.views"
    _description = "Views of the school instead of core's"

    @api.model
    def _bde_own_view(self, view_type):
        """Id of the school's view for the user, None for others and other types."""
        name = OWN_VIEWS[self._name].get(view_type)
        if name and self.env.user.has_group("bde_partnerships.group_staff"):
            return self.env.ref(f"bde_alumni.{name}").id
        return None

    @api.model
    def _get_view_cache_key(self, view_id=None, view_type="form", **options):
        key = super()._get_view_cache_key(view_id, view_type, **options)
        return key + (self.env.user.has_group("bde_partnerships.group_staff"),)

    @api.model
    def _get_view(self, view_id=None, view_type="form", **options):
        named = view_id or self.env.context.get(f"{view_type}_view_ref")
        own = None if named else self._bde_own_view(view_type)
        return super()._get_view(own or view_id, view_type, **options)

    def get_formview_id(self, access_uid=None):
        return self._bde_own_view("form") or super().get_formview_id(access_uid=access_uid)


class EventEvent(models.Model):
    _name = "event.event"
    _inherit = ["bde.own.views", "event.event"]


class EventRegistration(models.Model):
    _name = "event.registration"
    _inherit = ["bde.own.views", "event.registration"]


class IrActionsActions(models.Model):
    _inherit = "ir.actions.actions"

    @api.model
    def get_bindings(self, model_name):
        """Without core's badges and tickets on events: they print what no school has."""
        bindings = super().get_bindings(model_name)
        if model_name in OWN_VIEWS and self.env.user.has_group("bde_partnerships.group_staff"):
            bindings.pop("report", None)
        return bindings
