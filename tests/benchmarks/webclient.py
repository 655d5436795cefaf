"""The calls that the web client makes when a person opens a list or a board.

Follows ``web/static/src/model/relational_model`` of Odoo 19: fields in the view's arch become the
read specification, a grouped board is one ``web_read_group`` that unfolds up to ten columns, and a
progress bar asks ``read_progress_bar``, a search panel for the values of its fields. Views and
actions are cached by the client and are not played. ``capture.py`` shows what Chromium really
sends: for the boards of leads and of placements, and for the home screen, the same calls.
"""

import json
from ast import literal_eval

from lxml import etree

LIMIT = 80  # of an action that does not tell: records of a list, or of each column of a board

_ACTIVITY = (
    "activity_exception_decoration",
    "activity_exception_icon",
    "activity_state",
    "activity_summary",
    "activity_type_icon",
    "activity_type_id",
)
# fields that a widget reads beside its own
DEPENDENCIES = {
    "kanban_activity": _ACTIVITY,
    "list_activity": _ACTIVITY,
    "activity_exception": ("activity_exception_icon",),
    "image": ("write_date",),
    "signature": ("write_date",),
}
_AGGREGATED = ("float", "integer", "monetary")


def open_home(env):
    """The one call of the home screen; see ``bde_partnerships/static/src/home``."""
    return [("bde.home", "get_home", [], {"context": {}})]


def open_action(env, action, domain=None, group_by=None, view_type=None):
    """Calls that open an action's first view.

    :param action: XML id of an ``ir.actions.act_window``, or what a button returned
    :param domain: of the search bar, instead of that of the action's default filters
    :param group_by: field that groups, instead of the default of filters and view; ``""`` for
        none
    :param view_type: another view of the action
    :return: list of ``(model, method, args, kwargs)``
    """
    record = action
    if isinstance(action, str):
        record = env["ir.actions.actions"]._for_xml_id(action)
    context = _evaluated(env, record["context"])
    views = [[view or False, kind] for view, kind in record["views"]]
    if view_type:
        views.sort(key=lambda view: view[1] != view_type)
    search = record.get("search_view_id")
    asked = [*views, [search[0] if search else False, "search"]]
    model = env[record["res_model"]].with_context(**context)
    loaded = model.get_views(asked, {"toolbar": True, "action_id": record.get("id")})
    fields = loaded["models"][model._name]["fields"]
    filters, groups = _default_filters(env, loaded["views"]["search"]["arch"], context)
    base = _evaluated(env, record["domain"]) or []
    domain = [*base, *(filters if domain is None else domain)]
    kind = views[0][1]
    arch = etree.fromstring(loaded["views"][kind]["arch"])
    if group_by is not None:
        groups = [group_by]
    groups = groups or (arch.get("default_group_by") or "").split(",")
    context = {key: value for key, value in context.items() if not key.startswith("search_")}
    reader = _board if kind == "kanban" else _list
    groups = [group for group in groups if group]
    limit = int(arch.get("limit") or record.get("limit") or LIMIT)
    calls = reader(model._name, arch, fields, domain, groups, limit, context)
    panel = etree.fromstring(loaded["views"]["search"]["arch"]).find(".//searchpanel")
    return [*_search_panel(model._name, panel, fields, kind, domain, context), *calls]


def open_form(env, model, res_id, view=None):
    """The read that opens one record in its form: ``web_read`` with the lists inside it.

    The chatter's own calls are left out, on both sides of a comparison.

    :param view: XML id of the form view, that of the record by default
    """
    record = env[model].browse(res_id)
    view_id = env.ref(view).id if view else record.get_formview_id()
    loaded = env[model].get_views([[view_id, "form"]], {"toolbar": True})
    arch = etree.fromstring(loaded["views"]["form"]["arch"])
    known = {name: described["fields"] for name, described in loaded["models"].items()}
    specification = _form_specification(arch, known, model)
    kwargs = {"specification": specification, "context": {"bin_size": True}}
    return [(model, "web_read", [[res_id]], kwargs)]


def _form_specification(arch, known, model):
    """As :func:`read_specification`, with the fields of the lists that stand in the form."""
    fields = known[model]
    specification = read_specification(arch, fields)
    for node in arch.iter("field"):
        name = node.get("name")
        if any(parent.tag == "field" for parent in node.iterancestors()):
            continue
        lists = [child for child in node if child.tag in ("list", "kanban")]
        hidden = node.get("invisible") in ("1", "True")
        if lists and not hidden and fields[name]["type"] in ("one2many", "many2many"):
            inner = etree.fromstring(etree.tostring(lists[0], with_tail=False))
            specification[name] = {
                "fields": _form_specification(inner, known, fields[name]["relation"]),
                "limit": int(inner.get("limit") or 40),
            }
    return specification


def _search_panel(model, panel, fields, kind, domain, context):
    """What the panel at the left of a list or board asks, before anything is chosen in it."""
    if panel is None or kind not in (panel.get("view_types") or "kanban,list").split(","):
        return []
    calls = []
    for node in panel.iter("field"):
        many = node.get("select") == "multi"
        kwargs = {
            "category_domain": [],
            "context": context,
            "enable_counters": node.get("enable_counters") in ("1", "True"),
            "filter_domain": [],
            "expand": node.get("expand") in ("1", "True"),
            "limit": int(node.get("limit") or 200),
            "search_domain": domain,
        }
        if many:
            kwargs |= {"comodel_domain": [], "group_by": node.get("groupby") or False}
        else:
            kwargs["hierarchize"] = node.get("hierarchize") not in ("0", "False")
        method = "search_panel_select_multi_range" if many else "search_panel_select_range"
        calls.append((model, method, [node.get("name")], kwargs))
    return calls


def _board(model, arch, fields, domain, groups, limit, context):
    specification = read_specification(arch, fields)
    order = arch.get("default_order") or ""
    if not groups:
        return [_search_read(model, domain, specification, limit, order, context)]
    bar = arch.find(".//progressbar")
    aggregates = []
    if bar is not None and bar.get("sum_field"):
        name = bar.get("sum_field")
        specification.setdefault(name, {})
        aggregates = _aggregates(fields[name], name)
    calls = [_read_group(model, domain, groups[:1], aggregates, specification, limit, order, True)]
    calls[0][3]["context"] |= context
    if bar is not None:
        progress = {
            "colors": json.loads(bar.get("colors").replace("'", '"')),
            "field": bar.get("field"),
            "help": None,
        }
        kwargs = {"domain": domain, "group_by": groups[0], "progress_bar": progress}
        calls.append((model, "read_progress_bar", [], {**kwargs, "context": context}))
    return calls


def _list(model, arch, fields, domain, groups, limit, context):
    specification = read_specification(arch, fields)
    order = arch.get("default_order") or ""
    if not groups:
        return [_search_read(model, domain, specification, limit, order, context)]
    aggregates = [
        aggregate
        for name in specification
        for aggregate in _aggregates(fields[name], name)
        if fields[name].get("aggregator")
    ]
    call = _read_group(model, domain, groups, aggregates, specification, limit, order, False)
    call[3]["context"] |= context
    return [call]


def _search_read(model, domain, specification, limit, order, context):
    kwargs = {
        "domain": domain,
        "specification": specification,
        "offset": 0,
        "order": order,
        "limit": limit,
        "count_limit": 10001,
        "context": {"bin_size": True, **context},
    }
    return model, "web_search_read", [], kwargs


def _read_group(model, domain, groups, aggregates, specification, limit, order, unfold):
    kwargs = {
        "domain": domain,
        "groupby": groups,
        "aggregates": aggregates,
        "offset": 0,
        "order": order,
        "auto_unfold": unfold,
        "opening_info": [],
        "unfold_read_specification": specification,
        "unfold_read_default_limit": limit,
        "groupby_read_specification": {},
        "context": {"read_group_expand": True},
    }
    return model, "web_read_group", [], kwargs


def _aggregates(field, name):
    if not field.get("aggregator") or field["type"] not in _AGGREGATED:
        return []
    found = [f"{name}:{field['aggregator']}"]
    if field.get("currency_field"):
        found += [f"{field['currency_field']}:array_agg_distinct", f"{name}:sum_currency"]
    return found


def read_specification(arch, fields):
    """What the client reads of each record: ``getFieldsSpec`` of the web client."""
    specification = {}
    for node in arch.iter("field"):
        if any(parent.tag == "field" for parent in node.iterancestors()):
            continue  # a field of a sub-view
        name, widget = node.get("name"), node.get("widget")
        hidden = node.get("invisible") in ("1", "True") or node.get("column_invisible") in (
            "1",
            "True",
        )
        specification[name] = _specified(node, fields[name], widget, hidden, arch.tag)
        for other in DEPENDENCIES.get(widget, ()):
            if other in fields:
                specification.setdefault(other, _simple(fields[other]))
    return specification


def _specified(node, field, widget, hidden, kind):
    if field["type"] not in ("one2many", "many2many"):
        return {"fields": {}} if hidden and field["type"] == "many2one" else _simple(field)
    if field["type"] == "many2many" and kind == "kanban":
        widget = widget or "many2many_tags"
    if hidden:
        return {}
    if not (widget or "").startswith("many2many_"):
        return {"fields": {}}
    related = {"display_name": {}}
    options = literal_eval(node.get("options") or "{}")
    if options.get("color_field"):
        related[options["color_field"]] = {}
    return {"fields": related}


def _simple(field):
    if field["type"] in ("many2one", "reference"):
        return {"fields": {"display_name": {}}}
    return {}


def _default_filters(env, arch, context):
    """Domain and groups of the filters that the action's context switches on."""
    tree = etree.fromstring(arch)
    domains, groups = [], []
    for key, value in context.items():
        if not key.startswith("search_default_") or not value:
            continue
        for node in tree.xpath("//filter[@name=$name]", name=key.removeprefix("search_default_")):
            domains += _evaluated(env, node.get("domain")) or []
            grouped = (_evaluated(env, node.get("context")) or {}).get("group_by")
            groups += [grouped] if grouped else []
    return domains, groups


def _evaluated(env, text):
    """An expression of a view or an action, evaluated as the client would."""
    from odoo.tools.safe_eval import datetime, safe_eval

    if not isinstance(text, str):
        return text or {}
    names = {
        "uid": env.uid,
        "datetime": datetime,
        "context_today": lambda: datetime.datetime.today(),
        "allowed_company_ids": env.context.get("allowed_company_ids", []),
        "active_id": False,
        "active_ids": [],
        "active_model": False,
        "context": dict(env.context),
        "True": True,
        "False": False,
    }
    return safe_eval(text.strip() or "{}", names)
