"""Every column of every installed module that points to a company, or to a school's page of it."""

from itertools import count

from psycopg2 import IntegrityError

from odoo.tests import tagged
from odoo.tools import SQL, mute_logger

from .placement_common import PlacementCase

# Columns that no row of ours can stand in: each with why.
LEFT = {
    # the dialogs of core's own merge, which nobody of a school opens
    ("base_partner_merge_automatic_wizard", "dst_partner_id"),
    ("base_partner_merge_automatic_wizard_res_partner_rel", "res_partner_id"),
    # a company or a user is its own partner: made by the ORM below
    ("res_company", "partner_id"),
    ("res_users", "partner_id"),
    # the page says of itself which company it is about; the story tests play it
    ("bde_relation", "partner_id"),
    # the proposal that is being done
    ("bde_merge", "drop_id"),
}
# what a second row needs anew, since each may be pointed to once
RENEWED = ("bde_document", "bde_schooling", "bde_student", "bde_handover")
SAMPLES = {
    "bool": False, "int4": 1, "int8": 1, "float8": 1.0, "numeric": 1,
    "date": "2026-11-20", "timestamp": "2026-11-20 10:00:00", "jsonb": "{}", "bytea": b"x",
}  # fmt: skip


@tagged("post_install", "-at_install")
class TestMergeLinks(PlacementCase):
    """A row is put into each column by SQL, so that no module is forgotten the day it is added."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.keep = cls.employer
        cls.drop = cls.env["res.partner"].create(
            {"name": "Duval", "is_company": True, "bde_employer": True, "city": "Bordeaux"}
        )
        cls.keep_a, cls.drop_a, cls.drop_b = cls.env["bde.relation"].create(
            [
                {"partner_id": partner.id, "company_id": school.id}
                for partner, school in (
                    (cls.keep, cls.school_a),
                    (cls.drop, cls.school_a),
                    (cls.drop, cls.school_b),
                )
            ]
        )
        cls.links = cls.env["bde.merge.links"]
        cls.serial = count()
        cls.env.flush_all()

    # ------------------------------------------------------------
    # Rows
    # ------------------------------------------------------------

    def columns(self, table):
        """{name: (type, required, default)} of a table."""
        rows = self.env.execute_query(
            SQL(
                """SELECT column_name, udt_name, is_nullable = 'NO', column_default
                   FROM information_schema.columns
                   WHERE table_name = %s AND table_schema = current_schema""",
                table,
            )
        )
        return {name: (kind, required, default) for name, kind, required, default in rows}

    def targets(self, table):
        """{column: table that it points to}."""
        rows = self.env.execute_query(
            SQL(
                """SELECT a.attname, f.relname
                   FROM pg_constraint c
                   JOIN pg_attribute a ON a.attrelid = c.conrelid AND a.attnum = c.conkey[1]
                   JOIN pg_class f ON f.oid = c.confrelid
                   WHERE c.contype = 'f' AND c.conrelid = %s::regclass""",
                f'"{table}"',
            )
        )
        return dict(rows)

    def some_id(self, table, fresh=False):
        """A row of the table: any one, or a new one where each may be pointed to once."""
        rows = self.env.execute_query(
            SQL("SELECT id FROM %s ORDER BY id LIMIT 1", SQL.identifier(table))
        )
        if rows and not (fresh and table in RENEWED):
            return rows[0][0]
        return self.insert(table, {})

    def insert(self, table, vals):
        """A row with these values and whatever else the table asks for; its id, or None.

        Rows that the table needs are taken as they come, and made when that is refused.
        """
        try:
            with self.env.cr.savepoint(flush=False), mute_logger("odoo.sql_db"):
                return self._insert(table, vals, fresh=False)
        except IntegrityError:
            return self._insert(table, vals, fresh=True)

    def _insert(self, table, vals, fresh):
        columns, targets = self.columns(table), self.targets(table)
        vals = dict(self.special(table), **vals)
        for name, (kind, required, default) in columns.items():
            if required and default is None and name not in vals:
                if name in targets:
                    vals[name] = self.some_id(targets[name], fresh)
                elif kind in ("varchar", "text"):
                    vals[name] = f"x{next(self.serial)}"
                else:
                    vals[name] = SAMPLES[kind]
        if not vals:
            vals["create_uid"] = self.env.uid
        returning = SQL("RETURNING id") if "id" in columns else SQL("RETURNING NULL")
        return self.env.execute_query(
            SQL(
                "INSERT INTO %s (%s) VALUES (%s) %s",
                SQL.identifier(table),
                SQL(", ").join(map(SQL.identifier, vals)),
                SQL(", ").join(SQL("%s", value) for value in vals.values()),
                returning,
            )
        )[0][0]

    def special(self, table):
        """What a table asks for beyond types."""
        if table == "bde_handover":
            return {"from_user_id": self.manager_a.id, "to_user_id": self.head_a.id}
        if table == "bde_tax_target":
            # a company is asked once in a campaign: two rows of one are joined
            return {"campaign_id": self.insert("bde_tax_campaign", {})}
        return {}

    # ------------------------------------------------------------
    # Tests
    # ------------------------------------------------------------

    def plant(self, model, source):
        """A row that points to the record in every foreign key; [(table, column, id, others)]."""
        planted = []
        for table, column in self.links._foreign_keys(model):
            if (table, column) in LEFT or (table, column) == ("res_partner", "id"):
                continue
            with self.subTest(f"{table}.{column}"):
                with self.env.cr.savepoint(flush=False):
                    vals = {column: source}
                    others = {}
                    if "id" not in self.columns(table):
                        others = {
                            name: self.some_id(target)
                            for name, target in self.targets(table).items()
                            if name != column
                        }
                    row_id = self.insert(table, vals | others)
                planted.append((table, column, row_id, others))
        return planted

    def assertMoved(self, planted, target):
        for table, column, row_id, others in planted:
            with self.subTest(f"{table}.{column}"):
                where = {"id": row_id} if row_id else others
                rows = self.env.execute_query(
                    SQL(
                        "SELECT %s FROM %s WHERE %s AND %s = %s",
                        SQL.identifier(column),
                        SQL.identifier(table),
                        SQL(" AND ").join(
                            SQL("%s = %s", SQL.identifier(name), value)
                            for name, value in where.items()
                        ),
                        SQL.identifier(column),
                        target,
                    )
                )
                self.assertEqual(rows, [(target,)], "lost or left behind")

    def move(self, model, source, target):
        """The mover alone: rows made of samples are no sense to what is computed from them."""
        links = type(self.links)
        self.patch(links, "_compute_again", lambda self, touched: None)
        self.links._move(model, {source: target})

    def test_every_column_that_points_to_a_company(self):
        planted = self.plant("res.partner", self.drop.id)
        self.assertGreater(len(planted), 60)
        names = {(table, column) for table, column, _id, _others in planted}
        for known in (
            ("bde_placement", "host_id"),
            ("bde_approach", "partner_id"),
            ("bde_campaign_target", "partner_id"),
            ("bde_employer_change", "partner_id"),
            ("crm_lead", "partner_id"),
            ("mail_message", "author_id"),
            ("res_partner", "parent_id"),
        ):
            self.assertIn(known, names)
        self.move("res.partner", self.drop.id, self.keep.id)
        self.assertMoved(planted, self.keep.id)

    def test_every_column_that_points_to_a_page_of_a_school(self):
        planted = self.plant("bde.relation", self.drop_a.id)
        names = {(table, column) for table, column, _id, _others in planted}
        for known in (
            ("bde_talk", "relation_id"),
            ("bde_past_placement", "relation_id"),
            ("bde_partnership", "relation_id"),
            ("crm_lead", "bde_relation_id"),
            ("res_partner", "bde_relation_id"),
            ("bde_relation_offer_rel", "relation_id"),
        ):
            self.assertIn(known, names)
        self.move("bde.relation", self.drop_a.id, self.keep_a.id)
        self.assertMoved(planted, self.keep_a.id)

    def test_every_many2one_of_the_registry_is_among_them(self):
        """A stored many2one without a foreign key would be forgotten by the mover."""
        for model in ("res.partner", "bde.relation"):
            keys = set(self.links._foreign_keys(model))
            for owner, Model in self.env.registry.items():
                if Model._abstract or not Model._auto or Model._table_query:
                    continue
                for name, field in Model._fields.items():
                    if field.type != "many2one" or not field.store or field.company_dependent:
                        continue
                    if field.comodel_name == model and not Model._table.startswith("base_partner"):
                        with self.subTest(f"{owner}.{name}"):
                            self.assertIn((Model._table, name), keys)

    def test_every_pair_of_model_and_id(self):
        for model, source, target in (
            ("res.partner", self.drop.id, self.keep.id),
            ("bde.relation", self.drop_a.id, self.keep_a.id),
        ):
            planted = []
            for owner, name, _condition in self.links._pairs(model):
                Model = self.env[owner]
                partner = self.links._model_column(Model, name, Model._fields[name])
                with self.subTest(f"{owner}.{name}"), self.env.cr.savepoint(flush=False):
                    row_id = self.insert(Model._table, {name: source, partner: model})
                    planted.append((Model._table, name, row_id, {}))
            tables = {table for table, *_rest in planted}
            self.assertLessEqual(
                {"mail_message", "mail_activity", "mail_followers", "ir_attachment"}, tables
            )
            self.move(model, source, target)
            self.assertMoved(planted, target)

    def test_references(self):
        fields_ = list(self.links._references())
        for owner, name in fields_:
            with self.subTest(f"{owner}.{name}"), self.env.cr.savepoint(flush=False):
                Model = self.env[owner]
                value = f"bde.relation,{self.drop_a.id}"
                row_id = self.insert(Model._table, {name: value})
                self.move("bde.relation", self.drop_a.id, self.keep_a.id)
                rows = self.env.execute_query(
                    SQL(
                        "SELECT %s FROM %s WHERE id = %s",
                        SQL.identifier(name), SQL.identifier(Model._table), row_id,
                    )
                )  # fmt: skip
                self.assertEqual(rows, [(f"bde.relation,{self.keep_a.id}",)])

    def test_two_pages_of_two_schools_at_once(self):
        """A mapping of many is moved like one."""
        keep_b = self.env["bde.relation"].create(
            {"partner_id": self.keep.id, "company_id": self.school_b.id}
        )
        talks = self.env["bde.talk"].create(
            [
                {"relation_id": relation.id, "channel": "call", "user_id": self.env.uid}
                for relation in (self.drop_a, self.drop_b)
            ]
        )
        self.links._move(
            "bde.relation", {self.drop_a.id: self.keep_a.id, self.drop_b.id: keep_b.id}
        )
        self.assertEqual(talks.mapped("relation_id"), self.keep_a | keep_b)
        self.assertEqual(talks.mapped("company_id"), self.school_a | self.school_b)


@tagged("post_install", "-at_install")
class TestMergePlacements(PlacementCase):
    """Placements, their agreements and conventions go with the page, untouched."""

    def test_placements_and_counters(self):
        drop = self.env["res.partner"].create(
            {"name": "Duval", "is_company": True, "bde_employer": True, "city": "Bordeaux"}
        )
        self.env["bde.relation"]._bde_ensure(self.employer | drop, self.school_a)
        boss = drop._bde_add_contact(self.school_a, {"name": "Anne", "bde_signatory": True})
        here = self.new_placement(self.aline, host_id=self.employer.id)
        there = self.new_placement(self.boris, host_id=drop.id, signatory_id=boss.id)
        there._ensure_hostings()
        state = there.state
        self.env.flush_all()
        self.employer._bde_merge(drop, academy=self.academy)
        self.assertEqual((here | there).host_id, self.employer)
        self.assertEqual(there.signatory_id, boss)
        self.assertEqual(boss.parent_id, self.employer)
        self.assertEqual(there.state, state)
        self.assertEqual(there.hosting_id.placement_id, there)
        self.assertEqual(len(self.employer.bde_relation_ids), 1)
