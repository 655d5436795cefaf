import contextlib
import csv
import json
from collections import defaultdict
from datetime import timedelta

from odoo import fields
from odoo.exceptions import AccessError, UserError
from odoo.http import Request
from odoo.tests import HttpCase, tagged
from odoo.tools import file_open, mute_logger

from .isolation_cases import SchoolRecords
from .placement_common import PlacementCase

# of each module of the suite, the lowest first
TABLES = (
    "bde_pfmp/tests/isolation_table.csv",
    "bde_alumni/tests/isolation_table.csv",
)
ROLES = (
    "staff", "teacher", "school_life", "intendance", "secretary", "manager", "head",
    "correspondent", "admin",
)  # fmt: skip
ACADEMY_ROLES = ("correspondent", "admin")
MODES = ("read", "write", "create", "unlink")
# private to one user by rules of core that its own tests play
OF_CORE = {
    "auth.passkey.key",
    "auth_totp.device",
    "discuss.gif.favorite",
    "res.device",
    "res.device.log",
    "res.users.apikeys",
    "res.users.settings",
    "res.users.settings.embedded.action",
    "res.users.settings.volumes",
}
SILENT = mute_logger(
    "odoo.addons.base.models.ir_rule", "odoo.addons.base.models.ir_model", "odoo.http"
)


class IsolationCase(PlacementCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.table = {}
        for table in TABLES:
            with contextlib.suppress(FileNotFoundError), file_open(table) as file:
                rows = csv.DictReader(file, delimiter=";")
                cls.table |= {row["model"]: row for row in rows}
        cls.groups = {
            role: group | group.all_implied_ids
            for role in ROLES
            for group in cls.env.ref(f"bde_partnerships.group_{role}")
        }
        cls.acl = defaultdict(lambda: defaultdict(set))
        for access in cls.env["ir.model.access"].search([]):
            modes = {mode for mode in MODES if access[f"perm_{mode}"]}
            cls.acl[access.model_id.model][access.group_id] |= modes
        cls.persistent = [
            name
            for name, model in cls.env.registry.items()
            if not model._abstract and not model._transient
        ]

    @classmethod
    def modes(cls, model, role):
        """Modes that the access rights give a role on a model, whatever the rules."""
        groups = cls.groups[role] | cls.env["res.groups"]
        given = cls.acl[model]
        result = set(given.get(cls.env["res.groups"], ()))
        for group in groups:
            result |= given.get(group, set())
        return result

    @classmethod
    def readers(cls, model):
        return [role for role in ROLES if "read" in cls.modes(model, role)]

    def models_of(self, kind):
        return [
            model
            for model, row in self.table.items()
            if row["class"] == kind and model in self.env.registry
        ]


@tagged("post_install", "-at_install", "bde_isolation")
class TestIsolationTable(IsolationCase):
    """What the registry grants is what the table says."""

    def test_every_readable_model_is_classed(self):
        readable = {model for model in self.persistent if self.readers(model)}
        classed = {model for model, row in self.table.items() if row["class"] != "forbidden"}
        self.assertFalse(readable - classed, "read by a role and not in the table")
        stale = {model for model in classed - readable if model in self.env.registry}
        self.assertFalse(stale, "in the table and read by no role")

    def test_forbidden_models_are_read_by_no_role(self):
        for model in self.models_of("forbidden"):
            self.assertEqual(self.readers(model), [], model)

    def test_classes_are_known_and_exceptions_have_a_reason(self):
        for model, row in self.table.items():
            self.assertIn(row["class"], ("own", "shared", "private", "document", "forbidden"))
            if row["class"] in ("shared", "private", "document"):
                self.assertTrue(row["reason"], model)

    def test_shared_models_are_not_written_by_schools(self):
        """Whoever writes what all schools read could tell them another school's secret."""
        for model in self.models_of("shared"):
            row = self.table[model]
            for role in ROLES:
                written = self.modes(model, role) - {"read"}
                if row["write"] == "yes" or role in row["academy"].split():
                    continue
                self.assertFalse(written, f"{role} writes {model}")

    def test_school_roles_do_not_reach_the_academys_models(self):
        for role in ACADEMY_ROLES:
            for model in self.models_of("own"):
                if model.startswith("bde.") and role not in self.table[model]["academy"].split():
                    templates = role == "admin" and model.startswith("bde.document.")
                    if not templates:
                        self.assertFalse(self.modes(model, role), f"{role} on {model}")

    def test_portal_and_public_have_nothing(self):
        outside = self.env.ref("base.group_portal") | self.env.ref("base.group_public")
        outside |= self.env["res.groups"]
        for model in self.env.registry:
            if model.startswith("bde."):
                granted = self.acl[model]
                self.assertFalse([g for g in outside if granted.get(g)], model)
                self.assertFalse(granted.get(self.env["res.groups"]), f"{model}: for everyone")
                self.assertFalse(granted.get(self.env.ref("base.group_user")), model)


@tagged("post_install", "-at_install", "bde_isolation")
class TestIsolationRules(IsolationCase):
    """The form of the rules, for every model that belongs to a school."""

    # handed down by the académie, or given by it to all its schools
    WIDER = {
        "bde.school.year": "parent_of",
        "bde.holiday": "parent_of",
        "bde.framework": "parent_of",
        "bde.employer.tag": "parent_of",
        "bde.cooldown": "parent_of",
        "bde.reminder.rule": "parent_of",
        "bde.optout": "parent_of",
        "bde.document.template": "parent_of",
        "bde.document.article": "parent_of",
        "bde.document.translation": "parent_of",
        "bde.country.sheet": "parent_of",
        "bde.tutor.sheet": "parent_of",
        "bde.grid": "parent_of",
        "bde.grid.item": "parent_of",
        "bde.grid.level": "parent_of",
        "bde.grid.scale": "parent_of",
        "bde.site.block": "parent_of",
        "bde.site.block.request": "child_of",
        "bde.membership": "child_of",
        "bde.retention": "parent_of",
        "bde.tax.letter.model": "parent_of",
        "bde.tax.year": "parent_of",
        "bde.tax.window": "parent_of",
        "bde.tax.window.change": "parent_of",
        "bde.leaver.date": "parent_of",
        "bde.merge": "child_of",
        "bde.merge.line": "child_of",
    }

    # the national library stands outside the académies it is handed to
    CROSSING = {
        "bde.document.template.origin_id", "bde.grid.origin_id",
        # of core's rules which make leads of registrations: no school has one
        "crm.lead.event_id",
    }  # fmt: skip

    def owned(self):
        owned = self.env.registry["bde.owned"]
        return [m for m in self.persistent if issubclass(self.env.registry[m], owned)]

    def rules(self, model):
        return self.env["ir.rule"].search([("model_id.model", "=", model)])

    def test_one_flat_global_rule(self):
        for model in self.owned():
            everyone = self.rules(model).filtered("global")
            operator = self.WIDER.get(model, "in")
            expected = f"[('company_id', '{operator}', company_ids)]"
            self.assertEqual(everyone.mapped("domain_force"), [expected], model)
            self.assertTrue(all(everyone[f"perm_{mode}"] for mode in MODES), model)

    def test_school_is_stored_required_and_indexed(self):
        for model in self.owned():
            field = self.env[model]._fields["company_id"]
            self.assertTrue(field.store and field.required and field.index, model)

    def test_every_access_line_has_its_rule(self):
        """A group with an access line and no rule on the model would see all schools."""
        roles = {
            self.env.ref(f"bde_partnerships.group_{role}"): role for role in ROLES
        }
        for model in self.owned():
            for group, modes in self.acl[model].items():
                if not modes or self.is_core_s(model, group):
                    continue
                rules = self.rules(model).filtered(lambda r, g=group: g in r.groups)
                ruled = {m for m in MODES if any(r[f"perm_{m}"] for r in rules)}
                with self.subTest(f"{model}: {group.name}"):
                    self.assertIn(group, roles, "only roles have access")
                    self.assertEqual(ruled, modes)
                    for rule in rules:
                        self.assertIn("user._bde_company_ids(", rule.domain_force)

    def is_core_s(self, model, group):
        """Whether it is a line of core's sales or event groups, that no role holds nor implies."""
        inherited = ("crm.lead", "event.event", "event.registration")
        return model in inherited and not any(group in held for held in self.groups.values())

    def test_many2ones_between_owned_models_check_the_school(self):
        owned = set(self.owned())
        for model in owned:
            for name, field in self.env[model]._fields.items():
                if field.type == "many2one" and field.store and field.comodel_name in owned:
                    computed = field.related or field.inherited or field.compute
                    if computed and field.readonly or name in self.env[model]._inherits.values():
                        continue
                    if f"{model}.{name}" in self.CROSSING:
                        continue
                    with self.subTest(f"{model}.{name}"):
                        self.assertTrue(field.check_company)


@tagged("post_install", "-at_install", "bde_isolation")
class TestIsolationRecords(IsolationCase):
    """Role × model × operation on the records of another school."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.players = {
            "teacher": cls.teacher_a,
            "school_life": cls.school_life_a,
            "intendance": cls.intendance_a,
            "secretary": cls.secretary_a,
            "manager": cls.manager_a,
            "head": cls.head_a,
            "correspondent": cls.correspondent,
            "admin": cls.bde_admin,
        }

    def setUp(self):
        super().setUp()
        self.mine = SchoolRecords(self, self.school_a, self.manager_a)
        self.theirs = SchoolRecords(self, self.school_b, self.manager_b)

    def closed(self, kind):
        """(model, record of school B, role, the record as the role's user sees it)."""
        for model in sorted(self.models_of(kind)):
            if model in OF_CORE:
                continue
            record = self.theirs[model]
            self.assertTrue(record, f"no record of {model} to play with")
            for role, user in self.players.items():
                if role in self.table[model]["academy"].split():
                    continue
                if "read" in self.modes(model, role):
                    yield model, record, role, self.as_user(user)[model].browse(record.ids)

    def assertClosed(self, model, record, role, seen):
        with self.subTest(f"{role} on {model}"), SILENT:
            for mode in ("read", "write", "unlink"):
                self.assertFalse(seen.has_access(mode), mode)
            with self.assertRaises(AccessError):
                seen.read(["display_name"])
            self.assert_not_found(seen.with_context(active_test=False), record)

    def assert_not_found(self, Model, record):
        domain = [("id", "in", record.ids)]
        Model = Model.browse()
        self.assertFalse(Model.search(domain), "search")
        self.assertEqual(Model.search_count(domain), 0, "search_count")
        self.assertFalse(Model.search_read(domain, ["id"]), "search_read")
        self.assertFalse(Model.name_search("", domain), "name_search")
        counted = Model._read_group(domain, [], ["__count"])
        self.assertEqual(counted, [(0,)], "read_group")
        groups = Model.formatted_read_group(domain, [], ["__count"])
        self.assertEqual([group["__count"] for group in groups], [0], "formatted_read_group")

    def test_records_of_another_school_are_closed(self):
        count = 0
        for case in self.closed("own"):
            self.assertClosed(*case)
            count += 1
        self.assertGreater(count, 200, "the table was played")

    def test_what_people_keep_is_theirs(self):
        for case in self.closed("private"):
            self.assertClosed(*case)

    def test_what_hangs_on_a_document_follows_it(self):
        for model, record, role, seen in self.closed("document"):
            with self.subTest(f"{role} on {model}"), SILENT:
                with self.assertRaises(AccessError):
                    seen.read()
                self.assertFalse(seen.search([("id", "in", record.ids)]), "search")
                self.assertEqual(seen.search_count([("id", "in", record.ids)]), 0)

    def test_nobody_creates_in_another_school(self):
        for model in sorted(self.models_of("own")):
            creators = [
                role
                for role in self.players
                if "create" in self.modes(model, role) and role not in ACADEMY_ROLES
            ]
            if not model.startswith("bde.") or not creators:
                continue
            with self.env.cr.savepoint() as savepoint:
                # its own school, so that nothing is there twice
                vals = SchoolRecords(self, self.school_c, self.manager_b).values(model)
                for role in creators:
                    with self.subTest(f"{role} on {model}"), SILENT:
                        self.assertRefused(self.as_user(self.players[role])[model], vals)
                savepoint.rollback()
            self.env.invalidate_all()

    def assertRefused(self, Model, vals):
        # what is missing or double would be refused for the wrong reason: the system may
        with self.env.cr.savepoint(flush=False) as savepoint:
            self.env[Model._name].create(dict(vals))
            self.env.flush_all()
            savepoint.rollback()
        self.env.invalidate_all()
        try:
            with self.env.cr.savepoint():
                Model.create(dict(vals))
                self.env.flush_all()
        except (AccessError, UserError):
            self.env.invalidate_all()
            return
        self.fail("created")

    def test_manager_works_with_the_records_of_his_school(self):
        """The walls are not so high that nobody works: what the access says, the rules allow."""
        for model in sorted(self.models_of("own")):
            if not model.startswith("bde."):
                continue
            record = self.mine[model]
            for role in ("manager", "head"):
                seen = self.as_user(self.players[role])[model].browse(record.ids)
                for mode in self.modes(model, role) & {"read", "write", "unlink"}:
                    with self.subTest(f"{role} on {model}: {mode}"), SILENT:
                        self.assertTrue(seen.has_access(mode))

    def test_manager_elsewhere_is_a_teacher_here(self):
        """`two_roles` teaches in A and manages B: in A he may what a teacher may, no more."""
        env = self.as_user(self.two_roles)
        for model in sorted(self.models_of("own")):
            if not model.startswith("bde."):
                continue
            allowed = self.modes(model, "teacher")
            seen = env[model].browse(self.mine[model].ids)
            for mode in ("read", "write", "unlink"):
                if mode not in allowed:
                    with self.subTest(f"{model}: {mode}"), SILENT:
                        self.assertFalse(seen.has_access(mode))

    def test_school_that_is_switched_off_is_closed_too(self):
        env = self.as_user(self.two_roles)
        only_a = env(context=dict(env.context, allowed_company_ids=self.school_a.ids))
        for model in ("bde.student", "bde.training", "bde.relation", "bde.placement"):
            record = self.theirs[model]
            self.assertTrue(env[model].browse(record.id).has_access("read"), model)
            self.assertFalse(only_a[model].browse(record.id).has_access("read"), model)

    def test_companies_of_the_context_are_checked(self):
        env = self.as_user(self.manager_a)
        forged = env(context=dict(env.context, allowed_company_ids=self.school_b.ids))
        with self.assertRaises(AccessError), SILENT:
            forged["bde.student"].search([])

    def test_portal_and_public_read_nothing(self):
        outside = self.env["res.users"].create(
            {
                "name": "Company",
                "login": "company@host.example",
                "group_ids": [(6, 0, self.env.ref("base.group_portal").ids)],
                "company_id": self.school_a.id,
                "company_ids": [(6, 0, self.school_a.ids)],
            }
        )
        for user in (outside, self.env.ref("base.public_user")):
            for model in self.persistent:
                if model.startswith("bde."):
                    with self.subTest(f"{user.login} on {model}"), SILENT:
                        self.assertFalse(self.env[model].with_user(user).has_access("read"))


@tagged("post_install", "-at_install", "bde_isolation")
class TestIsolationHttp(HttpCase, IsolationCase):
    """The roads into the database that are not the ORM's own."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        # the password is needed by the route, whatever rules the server has for it
        cls.manager_a.password = "manager_a manager_a"

    def setUp(self):
        super().setUp()
        self.theirs = SchoolRecords(self, self.school_b, self.manager_b)

    def json2(self, model, method, **params):
        tomorrow = fields.Datetime.now() + timedelta(days=1)
        keys = self.env["res.users.apikeys"].with_user(self.manager_a)
        key = keys._generate("rpc", "isolation", tomorrow)
        return self.url_open(
            f"/json/2/{model}/{method}",
            data=json.dumps(params),
            headers={"Authorization": f"bearer {key}", "Content-Type": "application/json"},
        )

    @SILENT
    def test_json2_reads_and_writes_nothing_of_another_school(self):
        for model in ("bde.student", "bde.relation", "bde.placement", "calendar.event"):
            record = self.theirs[model]
            domain = [["id", "in", record.ids]]
            found = self.json2(model, "search_read", domain=domain, fields=["display_name"])
            self.assertEqual(found.json(), [], model)
            for method, params in (
                ("read", {"fields": ["display_name"]}),
                ("write", {"vals": {"active": False}}),
                ("unlink", {}),
                ("export_data", {"fields_to_export": ["id", "display_name"]}),
            ):
                answer = self.json2(model, method, ids=record.ids, **params)
                self.assertEqual(answer.status_code, 403, f"{model}.{method}: {answer.text[:200]}")

    @SILENT
    def test_private_methods_are_no_road(self):
        for model, method, params in (
            ("res.users", "_bde_invite", {}),
            ("res.partner", "_bde_register_employer", {"vals": {}}),
            ("bde.relation", "_bde_ensure", {}),
            ("res.company", "_bde_create_school", {"vals": {}}),
        ):
            answer = self.json2(model, method, **params)
            self.assertIn(answer.status_code, (403, 404, 422), f"{model}.{method}")

    @SILENT
    def test_files_and_pictures_of_another_school_are_not_found(self):
        attachment = self.theirs["ir.attachment"]
        contact = self.theirs["res.partner"]
        contact.image_1920 = self.school_b.logo
        self.authenticate("manager_a", "manager_a manager_a")
        answer = self.url_open(f"/web/content/{attachment.id}")
        self.assertEqual(answer.status_code, 404)
        self.assertNotIn(b"secret", answer.content)
        picture = self.url_open(f"/web/image/res.partner/{contact.id}/image_1920")
        placeholder = self.url_open("/web/image/res.partner/999999999/image_1920")
        self.assertEqual(picture.content, placeholder.content)

    @SILENT
    @mute_logger("odoo.addons.web.controllers.export")
    def test_export_of_another_school_is_refused(self):
        self.authenticate("manager_a", "manager_a manager_a")
        student = self.theirs["bde.student"]
        data = {
            "model": "bde.student",
            "fields": [{"name": "display_name", "label": "Name"}],
            "ids": student.ids,
            "domain": [],
            "import_compat": False,
        }
        answer = self.url_open(
            "/web/export/csv",
            data={"data": json.dumps(data), "csrf_token": Request.csrf_token(self)},
        )
        self.assertNotIn(student.lastname, answer.text)
        self.assertNotEqual(answer.status_code, 200)
