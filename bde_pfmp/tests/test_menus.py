from unittest.mock import patch

from lxml import etree

from odoo.exceptions import AccessError, UserError
from odoo.fields import Domain
from odoo.tests import tagged
from odoo.tools.safe_eval import safe_eval

from .convention_common import ConventionCase

ROOT = "bde_partnerships.menu_bde_root"
# What each role finds in its menu at the least; the rest is told by the groups of the menus.
EXPECTED = {
    "teacher_a": {"Placements", "For me to sign", "Conventions"},
    "school_life_a": {"Departures", "For me to sign"},
    "intendance_a": {"Departures", "For me to sign"},
    "secretary_a": {"Placements", "Imports", "Documents and proof"},
    "manager_a": {"Placements", "Personal links", "My school"},
    "head_a": {"Placements", "Team", "For me to sign"},
    "two_roles": {"Placements", "Personal links"},
    "correspondent": {"Schools"},
    "bde_admin": {"Schools", "Open a school", "Checks of the journals"},
}


class _Undo(Exception):
    """Leaves a savepoint without an error."""


@tagged("post_install", "-at_install")
class TestMenus(ConventionCase):
    """What a role sees in its menu opens, as the web client opens it.

    Every visible menu, the views of its action, its filters and groups, the first record of
    its list, the empty form where the role may create, and the buttons of what is shown.
    """

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.make()
        cls.placements[0].convention_id.with_env(cls.as_manager).action_send()
        cls.env["bde.relation"]._bde_ensure(cls.employer, cls.school_b)
        cls.new_placement(cls.emma_in_period())._ensure_hostings()
        cls.env["bde.school.figures"]._cron_refresh()
        cls.env.flush_all()
        # buttons of the pages of companies ask the national directory: it knows nobody here
        cls.enterClassContext(
            patch.object(type(cls.env["res.partner"]), "_bde_search_sirene", lambda *_args: [])
        )

    @classmethod
    def emma_in_period(cls):
        cls.period_a.division_ids += cls.division_a2
        return cls.emma

    # ------------------------------------------------------------
    # As the client does
    # ------------------------------------------------------------

    def _menus(self, env):
        """Entries below our root that the user sees: [(name, action)]."""
        root = self.env.ref(ROOT)
        visible = env["ir.ui.menu"]._visible_menu_ids()
        menus = self.env["ir.ui.menu"].search([("id", "child_of", root.id)])
        return [(m.name, m.action) for m in menus if m.id in visible and m.action]

    def _action(self, env, action):
        """What the client gets of an action, None for those that it runs itself."""
        if action._name == "ir.actions.server":
            return env[action._name].browse(action.id).sudo(False).run()
        if action._name != "ir.actions.act_window":
            return None
        return env[action._name].browse(action.id).sudo()._get_action_dict()

    def _evaluate(self, env, text):
        if not isinstance(text, str):
            return text or {}
        values = {
            "uid": env.uid,
            "allowed_company_ids": env.companies.ids,
            "current_company_id": env.company.id,
            "active_id": False,
            "active_ids": [],
            "active_model": False,
        }
        return safe_eval(text or "{}", values)

    def _views_of(self, action):
        views = action.get("views") or [
            (False, mode) for mode in action.get("view_mode", "form").split(",")
        ]
        return [list(view) for view in views]

    def _spec(self, node, fields):
        """Specification of ``web_read`` for the fields of a view, its lists in it included."""
        spec = {}
        for child in self._fields_of(node):
            name = child.get("name")
            kind = fields[name]["type"] if name in fields else None
            inner = spec.setdefault(name, {})
            if kind in ("many2one", "reference"):
                inner["fields"] = {"display_name": {}}
            if kind in ("one2many", "many2many"):
                nested = inner.setdefault("fields", {})
                model = self.env[fields[name]["relation"]]
                for view in child.xpath("./list|./kanban|./form"):
                    known = model.fields_get(attributes=["type", "relation"])
                    nested |= self._spec(view, known)
                nested.setdefault("display_name", {})
        return spec

    def _fields_of(self, node):
        """Fields of a view itself, not of the views of its lists."""
        for child in node:
            if child.tag == "field":
                yield child
            elif isinstance(child.tag, str):
                yield from self._fields_of(child)

    def _open(self, env, action):
        """Opens an action with all its views; returns what was shown: [(arch, records)]."""
        shown = []
        context = self._evaluate(env, action.get("context"))
        model = env[action["res_model"]].with_context(**context)
        domain = list(self._evaluate(env, action.get("domain")) or [])
        views = self._views_of(action)
        asked = [*views, [(action.get("search_view_id") or [False])[0], "search"]]
        options = {"toolbar": True, "action_id": action.get("id"), "load_filters": True}
        answer = model.get_views(asked, options)
        for kind, view in answer["views"].items():
            arch = etree.fromstring(view["arch"])
            if kind == "search":
                self._play_search(env, model, domain, arch, answer["models"])
                continue
            fields = answer["models"][model._name]["fields"]
            shown += self._play_view(env, model, domain, kind, arch, fields, action.get("res_id"))
        return shown

    def _play_view(self, env, model, domain, kind, arch, fields, res_id):
        spec = self._spec(arch, fields)
        if kind in ("list", "kanban", "activity"):
            records = model.web_search_read(domain, spec, limit=80)["records"]
            if group := arch.get("default_group_by"):
                model.web_read_group(
                    domain, [group], auto_unfold=True, unfold_read_specification=spec
                )
            return [(arch, model.browse([record["id"] for record in records]))]
        if kind == "form":
            if arch.get("create") not in ("0", "false") and model.has_access("create"):
                model.onchange({}, [], spec)
            if model._transient:
                return []
            record = model.browse(res_id) if res_id else model.search(domain, limit=1)
            record.web_read(spec)
            return [(arch, record)]
        if kind == "pivot":
            rows = [
                self._group_of(field, fields)
                for field in arch.iter("field")
                if field.get("type") in ("row", "col")
            ]
            measures = [
                f"{f.get('name')}:sum" for f in arch.iter("field") if f.get("type") == "measure"
            ]
            model.formatted_read_grouping_sets(domain, [rows, []], [*measures, "__count"])
        if kind == "calendar":
            names = {arch.get(name) for name in ("date_start", "date_stop", "color")} - {None}
            model.search_read(domain, [*names, *spec])
        return []

    def _group_of(self, node, fields):
        """Group of a field of a pivot; the client groups dates by month unless told otherwise."""
        name = node.get("name")
        if fields[name]["type"] in ("date", "datetime"):
            name += f":{node.get('interval', 'month')}"
        return name

    def _play_search(self, env, model, domain, arch, models):
        """Every filter counts, every group groups, every searched field finds."""
        for node in arch.iter("filter", "field"):
            if node.tag == "filter" and node.get("domain"):
                found = Domain(self._evaluate(env, node.get("domain")))
                model.search_count(Domain.AND([domain, found]))
            group = self._evaluate(env, node.get("context")).get("group_by")
            if node.tag == "filter" and group:
                model.web_read_group(domain, [group])
            if node.tag == "field" and node.getparent().tag == "searchpanel":
                method = {"multi": "search_panel_select_multi_range"}.get(
                    node.get("select"), "search_panel_select_range"
                )
                getattr(model, method)(
                    node.get("name"),
                    search_domain=domain,
                    enable_counters=bool(node.get("enable_counters")),
                )
            elif node.tag == "field":
                field = models[model._name]["fields"][node.get("name")]
                text = field["type"] in ("char", "text", "many2one", "many2many", "one2many")
                if text or node.get("filter_domain"):
                    wanted = node.get("filter_domain")
                    wanted = (
                        safe_eval(wanted, {"self": "Dup", "raw_value": "Dup", "uid": env.uid})
                        if wanted
                        else [(node.get("name"), "ilike", "Dup")]
                    )
                    model.search_count(Domain.AND([domain, Domain(wanted)]))

    # ------------------------------------------------------------
    # Buttons
    # ------------------------------------------------------------

    def _buttons(self, arch):
        """Buttons of a view itself, with their names and kinds."""
        for child in arch:
            if child.tag == "button" and child.get("type") in ("object", "action"):
                yield child
            elif isinstance(child.tag, str) and child.tag != "field":
                yield from self._buttons(child)

    def _is_shown(self, button, record):
        """Whether the modifiers of a button and of what it stands in show it on a record."""
        nodes = [button, *button.iterancestors()]
        conditions = [n.get("invisible") for n in nodes if n.get("invisible")]
        if not conditions or "header" in (n.tag for n in nodes) and not record:
            return not conditions
        names = {
            name
            for name in record._fields
            if any(name in condition for condition in conditions) and record._has_field_access(
                record._fields[name], "read"
            )
        }
        values = record.read(list(names), load=None)[0] if record else {}
        values |= {"uid": record.env.uid, "context": dict(record.env.context), "parent": {}}
        return not any(safe_eval(condition, dict(values)) for condition in conditions)

    def _press(self, button, records):
        """Presses a button and undoes what it did; says why when the role may not.

        :return: the action, None without one
        """
        action = None
        context = self._evaluate(records.env, button.get("context"))
        try:
            with self.env.cr.savepoint():
                target = records.with_context(
                    **context,
                    active_id=records[:1].id,
                    active_ids=records.ids,
                    active_model=records._name,
                )
                if button.get("type") == "object":
                    action = getattr(target, button.get("name"))()
                else:
                    action = self._action(
                        target.env, target.env["ir.actions.actions"].browse(int(button.get("name")))
                    )
                if isinstance(action, dict) and action.get("type") == "ir.actions.act_window":
                    self._open(target.env, action)
                raise _Undo
        except AccessError:
            raise
        except (_Undo, UserError):  # pylint: disable=except-pass
            pass  # a verb may refuse these records, with a sentence for the user
        finally:
            records.env.invalidate_all()
        return action

    # ------------------------------------------------------------
    # Tests
    # ------------------------------------------------------------

    def test_every_role_has_its_menus(self):
        for login, expected in EXPECTED.items():
            with self.subTest(login):
                names = {name for name, _action in self._menus(self.as_user(self.cast[login]))}
                self.assertLessEqual(expected, names)
        correspondent = {name for name, _a in self._menus(self.as_user(self.correspondent))}
        self.assertFalse(correspondent & {"Pupils", "Placements", "Conventions", "Guardians"})

    def test_every_menu_opens_and_every_button_may_be_pressed(self):
        """Views, filters, groups, the records of the list and the empty form: no AccessError.

        A button may refuse a record, never a role: it is hidden from who may not use it.
        """
        pressed = set()
        for login in EXPECTED:
            env = self.as_user(self.cast[login])
            for name, menu_action in self._menus(env):
                shown, label = [], f"{login}: {name}"
                with self.subTest(label):
                    action = self._action(env, menu_action)
                    shown = self._open(env, action) if action else []
                for arch, records in shown:
                    pressed |= self._press_all(arch, records, label)
        self.assertGreater(len(pressed), 20, "the buttons are found")

    def _press_all(self, arch, records, label):
        """Presses each button that is shown; returns their names."""
        pressed = set()
        for button in self._buttons(arch):
            # above a list a button is for what is ticked, elsewhere for one record
            above = arch.tag == "list" and button.getparent().tag == "header"
            chosen = records[: 3 if above else 1]
            with self.subTest(f"{label}: {button.get('name')} ({button.get('string')})"):
                if all(self._is_shown(button, one) for one in chosen) and chosen:
                    self._press(button, chosen)
                    pressed.add(button.get("name"))
        return pressed
