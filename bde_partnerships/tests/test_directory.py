from stdnum import luhn

from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tests import Form, tagged
from odoo.tools import file_open, mute_logger

from .common import SIRET_HOST, SIRET_OTHER, BdeCase

SIREN_HOST = SIRET_HOST[:9]
# other establishments of the same legal entity, keys by hand
SIRET_SECOND, SIRET_THIRD = "73282932000082", "73282932000090"
SILENT = mute_logger("odoo.addons.base.models.ir_model", "odoo.addons.base.models.ir_rule")


def invented_sirets(number):
    """Two SIRETs of an invented SIREN, their keys worked out by Luhn's rule."""
    siren = f"9{number:07d}"
    siren += luhn.calc_check_digit(siren)
    return [f"{siren}000{nic}" + luhn.calc_check_digit(f"{siren}000{nic}") for nic in (1, 2)]


class DirectoryCase(BdeCase):
    def _as(self, user, record):
        return self.as_user(user)[record._name].browse(record.ids)

    def _register(self, user=None, school=None, **vals):
        Partner = self.as_user(user or self.secretary_a)["res.partner"]
        return Partner._bde_register_employer(vals, school or self.school_a)


@tagged("post_install", "-at_install")
class TestDirectoryLevels(DirectoryCase):
    """Legal entities, establishments and sites."""

    def test_one_establishment_stands_alone(self):
        self.assertEqual(self.employer.bde_level, "establishment")
        self.assertEqual(self.employer.bde_siren, SIREN_HOST)
        self.assertFalse(self.employer.parent_id)

    def test_second_establishment_makes_the_legal_entity(self):
        self.employer.name = "Menuiserie Duval (Atelier)"
        second = self._register(
            name="Menuiserie Duval Pessac", company_registry=SIRET_SECOND, city="Pessac"
        )
        entity = second.parent_id
        self.assertEqual(entity, self.employer.parent_id)
        self.assertEqual(entity.bde_level, "entity")
        self.assertEqual(entity.company_registry, SIREN_HOST)
        self.assertEqual(entity.name, "Menuiserie Duval")
        self.assertEqual(entity.bde_child_ids, self.employer | second)
        # addresses go neither up nor down
        self.assertFalse(entity.city)
        self.assertEqual((self.employer.city, second.city), ("Bordeaux", "Pessac"))
        entity.sudo().write({"street": "1 rue du Siège", "city": "Paris"})
        second.sudo().write({"city": "Mérignac"})
        self.assertEqual((self.employer.city, entity.city), ("Bordeaux", "Paris"))
        third = self._register(name="Duval 3", company_registry=SIRET_THIRD)
        self.assertEqual(third.parent_id, entity)
        # the establishment is still itself
        self.assertEqual(self.employer.display_name, "Menuiserie Duval (Atelier)")
        self.assertEqual(self.employer.commercial_partner_id, self.employer)

    def test_entity_registered_by_its_siren(self):
        entity = self._register(name="Duval", company_registry="732 829 320")
        self.assertEqual(entity.bde_level, "entity")
        self.assertEqual(self.employer.parent_id, entity)
        with self.assertRaises(ValidationError):
            self._register(name="Faux", company_registry="732829321")

    def test_la_poste(self):
        """Its establishments have a rule of their own: the sum of digits is a multiple of 5."""
        office = self._register(name="La Poste Bègles", company_registry="35600000049837")
        seat = self._register(name="La Poste", company_registry="35600000000048")
        self.assertEqual(office.parent_id, seat.parent_id)
        self.assertEqual(seat.parent_id.company_registry, "356000000")

    def test_grouping_in_batch(self):
        self.env["res.partner"].create(
            [
                {"name": f"D {number}", "company_registry": siret, "bde_employer": True,
                 "is_company": True}
                for number, siret in enumerate((SIRET_SECOND, SIRET_THIRD, SIRET_OTHER))
            ]
        )  # fmt: skip
        employers = self.env["res.partner"].search(
            [("company_registry", "in", (SIRET_HOST, SIRET_THIRD, SIRET_OTHER))]
        )
        entities = employers._bde_group_entities()
        self.assertEqual(entities.mapped("company_registry"), [SIREN_HOST])
        self.assertEqual(len(entities.bde_child_ids), 3)
        self.assertEqual(employers._bde_group_entities(), entities)  # once is enough

    def test_grouping_asks_no_more_for_many(self):
        counts = set()
        for first, number in ((100, 1), (200, 20), (300, 90)):
            sirets = [siret for i in range(number) for siret in invented_sirets(first + i)]
            employers = self.env["res.partner"].create(
                [
                    {"name": f"E {siret}", "company_registry": siret, "bde_employer": True,
                     "is_company": True}
                    for siret in sirets
                ]
            )  # fmt: skip
            self.env.flush_all()
            self.env.invalidate_all()
            before = self.env.cr.sql_log_count
            entities = employers._bde_group_entities()
            self.env.flush_all()
            counts.add(self.env.cr.sql_log_count - before)
            self.assertEqual(len(entities), number)
        # core inserts and reads by hundreds: nothing else may come on top
        self.assertLessEqual(max(counts) - min(counts), 2, counts)

    def test_contacts_stay_with_their_establishment(self):
        contact = self.employer._bde_add_contact(self.school_a, {"name": "Anne"})
        self._register(name="Duval bis", company_registry=SIRET_SECOND)
        self.assertEqual(contact.parent_id, self.employer)
        self.assertEqual(contact.company_id, self.school_a)
        self.assertFalse(contact.bde_level)
        self.assertEqual(contact.city, "Bordeaux")

    def test_site_of_an_establishment(self):
        wizard = self.as_user(self.secretary_a)["bde.employer.site"].create(
            {"partner_id": self.employer.id, "name": "Atelier de Pessac", "city": "Pessac"}
        )
        relation = self.env["bde.relation"].browse(wizard.action_add()["res_id"])
        site = relation.partner_id
        self.assertEqual(relation.company_id, self.school_a)
        self.assertEqual(site.bde_level, "site")
        self.assertEqual(site.name, "Menuiserie Duval – Atelier de Pessac")
        self.assertFalse(site.company_registry)
        self.assertEqual(site._bde_legal_siret(), SIRET_HOST)
        self.assertEqual((site.city, self.employer.city), ("Pessac", "Bordeaux"))
        with self.assertRaisesRegex(UserError, "added to an establishment"):
            site._bde_add_site({"name": "Encore"}, self.school_a)
        with self.assertRaises(ValidationError):
            self.env["res.partner"].create(
                {"name": "X", "parent_id": site.id, "type": "other", "is_company": True,
                 "bde_employer": True}
            )  # fmt: skip

    def test_site_and_tags_from_the_page_of_the_school(self):
        relation = self.env["bde.relation"]._bde_ensure(self.employer, self.school_a)
        page = self._as(self.manager_a, relation)
        for action in (page.action_add_site(), page.action_mark_employer()):
            wizard = page.env[action["res_model"]].with_context(action["context"]).new()
            self.assertEqual(wizard.company_id._origin, self.school_a)
        self.assertEqual(page.action_add_site()["context"]["default_partner_id"], self.employer.id)

    def test_site_that_gets_a_siret_is_an_establishment(self):
        site = self.employer._bde_add_site({"name": "Atelier"}, self.school_a)
        self._as(self.secretary_a, site)._bde_change_employer(
            {"company_registry": SIRET_SECOND}, self.school_a
        )
        self.assertEqual(site.bde_level, "establishment")
        self.assertEqual(site.parent_id.company_registry, SIREN_HOST)
        self.assertEqual(self.employer.parent_id, site.parent_id)

    @SILENT
    def test_teachers_add_no_site(self):
        with self.assertRaises(AccessError):
            self._as(self.teacher_a, self.employer)._bde_add_site({"name": "X"}, self.school_a)
        with self.assertRaises(AccessError):
            self._as(self.secretary_a, self.employer)._bde_add_site({"name": "X"}, self.school_b)


@tagged("post_install", "-at_install")
class TestDirectoryNaf(DirectoryCase):
    def test_the_list_is_whole(self):
        """Insee: 21 sections, 88 divisions, 272 groups, 615 classes, 732 sub-classes."""
        with file_open("bde_partnerships/data/bde.naf.csv") as file:
            codes = [line.split(",")[2] for line in file][1:]
        self.assertEqual(len(set(codes)), 732)
        self.assertEqual(
            [len({code[:size] for code in codes}) for size in (2, 3, 4)], [88, 272, 615]
        )
        naf = self.env["bde.naf"].search([("version", "=", "rev2")])
        self.assertEqual(len(naf), 732)
        self.assertEqual(len(set(naf.mapped("section"))), 21)

    def test_label_beside_the_code(self):
        employer = self._register(name="Volt", naf_code="43.21A")
        self.assertEqual(
            employer.naf_id.display_name,
            "43.21A Travaux d'installation électrique dans tous locaux",
        )
        self.assertEqual(employer.naf_id.section, "F")
        employer.sudo().naf_code = "9999Z"  # well formed, but nobody's
        self.assertFalse(employer.naf_id)

    def test_found_by_code_or_words(self):
        Naf = self.as_user(self.teacher_a)["bde.naf"]
        electrician = self.env["bde.naf"].search([("code", "=", "4321A")])
        for typed in ("43.21A", "4321A", "installation électrique dans", "installation electrique"):
            found = Naf.browse(one for one, _name in Naf.name_search(typed))
            self.assertIn(electrician.id, found.ids, typed)

    @SILENT
    def test_nobody_writes_it(self):
        naf = self.env["bde.naf"].search([], limit=1)
        for user in (self.head_a, self.bde_admin):
            with self.assertRaises(AccessError):
                self._as(user, naf).name = "X"


@tagged("post_install", "-at_install")
class TestDirectoryMarks(DirectoryCase):
    """Tags, trainings, lead school: who says what of a shared company."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.tag, cls.other_tag = cls.as_user(cls.correspondent)["bde.employer.tag"].create(
            [{"name": "Campus du bois", "kind": "campus"}, {"name": "Arcachon", "kind": "basin"}]
        )

    def test_tags_are_handed_down(self):
        self.assertEqual(self.tag.sudo().company_id, self.academy)
        self.assertEqual(self._as(self.teacher_a, self.tag).name, "Campus du bois")

    @SILENT
    def test_schools_do_not_write_tags(self):
        with self.assertRaises(AccessError):
            self._as(self.head_a, self.tag).name = "X"
        with self.assertRaises(AccessError):
            self.as_user(self.manager_a)["bde.employer.tag"].create({"name": "X"})

    def test_managers_put_tags_on_companies(self):
        wizard = self.as_user(self.manager_a)["bde.employer.mark"].create(
            {"partner_ids": self.employer.ids, "tag_ids": self.tag.ids}
        )
        wizard.action_apply()
        self._as(self.manager_b, self.employer)._bde_add_tags(self.other_tag, self.school_b)
        self.assertEqual(self.employer.bde_tag_ids, (self.tag | self.other_tag).sudo(False))
        change = self._as(self.manager_a, self.employer).bde_change_ids[0]
        self.assertEqual(change.field_label, "Tags of the académie")
        self.assertEqual(change.new_value, "Campus du bois, Arcachon")
        self.assertEqual(change.who, "Lycée Braille")

    @SILENT
    def test_secretaries_and_teachers_do_not(self):
        for user in (self.secretary_a, self.teacher_a):
            with self.assertRaises(AccessError):
                self._as(user, self.employer)._bde_add_tags(self.tag, self.school_a)
        with self.assertRaises(AccessError):
            self._as(self.secretary_a, self.employer)._bde_change_employer(
                {"bde_tag_ids": self.tag.ids}, self.school_a
            )

    @SILENT
    def test_tag_of_another_academy_is_refused(self):
        other = self.env["res.company"].create({"name": "Autre", "bde_kind": "academy"})
        foreign = self.env["bde.employer.tag"].create({"name": "Loin", "company_id": other.id})
        with self.assertRaises(AccessError):
            self._as(self.manager_a, self.employer)._bde_change_employer(
                {"bde_tag_ids": foreign.ids}, self.school_a
            )

    def test_trainings_welcomed(self):
        employer = self._as(self.manager_a, self.employer)
        employer._bde_say_welcomes(self.training_a, self.school_a)
        line = self.employer.bde_training_ids
        self.assertEqual((line.code, line.last_year), ("40025521", False))
        # another school with the same diploma: the same line, now with a year
        self.employer._bde_note_trainings(self.training_b, self.year)
        self.assertEqual(self.employer.bde_training_ids, line)
        self.assertEqual(line.last_year, self.year.name)
        with self.assertRaisesRegex(UserError, "stays known"):
            self._as(self.manager_a, line).action_remove()

    def test_what_was_only_said_is_taken_back(self):
        self._as(self.manager_a, self.employer)._bde_say_welcomes(self.training_a, self.school_a)
        with self.assertRaises(AccessError):
            self._as(self.secretary_a, self.employer.bde_training_ids).action_remove()
        self._as(self.manager_b, self.employer.bde_training_ids).action_remove()
        self.assertFalse(self.employer.bde_training_ids)

    @SILENT
    def test_trainings_of_another_school_are_not_said(self):
        with self.assertRaises(AccessError):
            self._as(self.manager_a, self.employer)._bde_say_welcomes(
                self.training_b, self.school_a
            )
        with self.assertRaises(AccessError):
            self._as(self.teacher_a, self.employer)._bde_say_welcomes(
                self.training_a, self.school_a
            )

    def test_classes_of_one_diploma_are_one_line(self):
        """Second and last year have the same CFD: what is noted is the diploma."""
        last = self.training_a.copy({"name": "MELEC, terminale", "mef": False, "cfd": "40025521"})
        self.employer._bde_note_trainings(self.training_a | last, self.year)
        self.assertEqual(self.employer.bde_training_ids.code, "40025521")

    def test_trainings_in_batch(self):
        partners = self.env["res.partner"].create(
            [{"name": f"E {i}", "is_company": True, "bde_employer": True} for i in range(122)]
        )
        partners[:1]._bde_note_trainings(self.training_a, self.year)
        counts = set()
        # core inserts a hundred rows at a time
        for some in (partners[1:2], partners[2:22], partners[22:]):
            self.env.flush_all()
            before = self.env.cr.sql_log_count
            some._bde_note_trainings(self.training_a, self.year)
            self.env.flush_all()
            counts.add(self.env.cr.sql_log_count - before)
        self.assertEqual(len(counts), 1, counts)

    def test_academy_names_the_lead_school(self):
        for user in (self.correspondent, self.bde_admin):
            wizard = self.as_user(user)["bde.employer.lead"].create(
                {"partner_ids": self.employer.ids, "school_id": self.school_b.id}
            )
            wizard.action_apply()
            self.assertEqual(self.employer.bde_lead_school_id, self.school_b)
            self.employer.bde_lead_school_id = False
        self._as(self.correspondent, self.employer)._bde_name_lead_school(
            self.school_b, self.academy
        )
        # every school sees its name
        employer = self._as(self.teacher_a, self.employer)
        (values,) = employer.web_read({"bde_lead_school_id": {"fields": {"display_name": {}}}})
        self.assertEqual(values["bde_lead_school_id"]["display_name"], "Lycée Braille")
        self.assertEqual(employer.bde_change_ids[0].new_value, "Lycée Braille")

    @SILENT
    def test_schools_name_no_lead_school(self):
        employer = self._as(self.head_a, self.employer)
        for company in (self.school_a, self.academy):
            with self.assertRaises(AccessError):
                employer._bde_name_lead_school(self.school_a, company)
        with self.assertRaises(AccessError):
            self.as_user(self.head_a)["bde.employer.lead"].create(
                {"partner_ids": self.employer.ids}
            )
        with self.assertRaises(AccessError):
            employer.bde_lead_school_id = self.school_a

    def test_lead_school_is_one_of_the_academy(self):
        stranger = self.env["res.company"].create({"name": "Hors académie"})
        with self.assertRaises(AccessError):
            self._as(self.correspondent, self.employer)._bde_name_lead_school(
                stranger, self.academy
            )

    def test_contacts_have_roles(self):
        contact = self._as(self.secretary_a, self.employer)._bde_add_contact(
            self.school_a, {"name": "Rita", "bde_hr": True, "bde_tax": True, "bde_alumni": True}
        )
        self.assertTrue(contact.bde_hr and contact.bde_tax and contact.bde_alumni)


@tagged("post_install", "-at_install")
class TestDirectorySearch(DirectoryCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        shared = {"is_company": True, "bde_employer": True}
        # on the meridian of the school: one degree of latitude is 111.195 km
        cls.school_a.partner_id.write({"partner_latitude": 44.8, "partner_longitude": -0.6})
        cls.near, cls.far, cls.lost = cls.env["res.partner"].create(
            [
                {"name": "Éts Pré d'Été", "zip": "33600", "city": "Saint-Médard-en-Jalles",
                 "partner_latitude": 44.9, "partner_longitude": -0.6, **shared},
                {"name": "Loin", "zip": "33120", "city": "Arcachon",
                 "partner_latitude": 45.1, "partner_longitude": -0.6, **shared},
                {"name": "Sans lieu", **shared},
            ]
        )  # fmt: skip

    def _search(self, domain, user=None):
        Partner = self.as_user(user or self.teacher_a)["res.partner"]
        return Partner.search([("bde_employer", "=", True), *domain])

    def test_by_words_without_accents(self):
        for typed in ("pre ete", "ETE PRÉ", "ets pré"):
            found = self._search([("bde_search", "ilike", typed)])
            self.assertEqual(found.ids, self.near.ids, typed)

    def test_by_number(self):
        for typed in (SIRET_HOST, "732 829 320 00074", "732829320", "732 829"):
            found = self._search([("bde_search", "ilike", typed)])
            self.assertEqual(found.ids, self.employer.ids, typed)

    def test_by_place(self):
        for typed in ("33600", "st medard", "Saint Médard en J"):
            found = self._search([("bde_place_search", "ilike", typed)])
            self.assertEqual(found.ids, self.near.ids, typed)

    def test_by_distance(self):
        near = self._as(self.teacher_a, self.near)
        self.assertEqual(near.bde_distance, 11.1)  # a tenth of a degree
        self.assertEqual(self._as(self.teacher_a, self.lost).bde_distance, 0)
        self.assertEqual(self._search([("bde_distance", "<=", 11)]).ids, [])
        self.assertEqual(self._search([("bde_distance", "<=", 15)]).ids, self.near.ids)
        both = self._search([("bde_distance", "<=", 34)])
        self.assertEqual(both, self._as(self.teacher_a, self.near | self.far))
        self.assertEqual(self._search([("bde_distance", ">", 15)]).ids, self.far.ids)
        # school B is not on the map
        self.assertFalse(self._search([("bde_distance", "<=", 15)], self.manager_b))
        self.assertEqual(self._as(self.manager_b, self.near).bde_distance, 0)
        filtered = both.filtered_domain([("bde_distance", "<=", 15)])
        self.assertEqual(filtered.ids, self.near.ids)

    def test_distance_of_a_relation(self):
        Relation = self.as_user(self.secretary_a)["bde.relation"]
        relations = Relation._bde_ensure(self.near | self.far, self.school_a)
        found = Relation.search([("distance", "<=", 15)])
        self.assertEqual(found.partner_id.ids, self.near.ids)
        self.assertEqual(found.distance, 11.1)
        self.assertEqual(len(relations), 2)

    def test_filters_of_the_screen(self):
        """Every filter is one that the role can use, and finds what its words say."""
        relation = self.env["bde.relation"]._bde_ensure(self.near, self.school_a)
        self.env["bde.relation"]._bde_ensure(self.far, self.school_b)
        mine = [("company_id", "in", self.school_a.ids)]
        known = self._search([("bde_relation_ids", "any", mine)])
        self.assertEqual(known.ids, self.near.ids)
        # who asks for another school's gets nothing
        theirs = [("company_id", "in", self.school_b.ids)]
        self.assertFalse(self._search([("bde_relation_ids", "any", theirs)]))
        unknown = self._search([("bde_relation_ids", "not any", mine)])
        self.assertEqual(
            unknown & self._as(self.teacher_a, self.near | self.far),
            self._as(self.teacher_a, self.far),
        )
        never = [("bde_relation_ids", "not any", [("hosted_count", ">", 0)])]
        self.assertIn(self.near.id, self._search(never).ids)
        relation.sudo().hosted_count = 2
        self.env.flush_all()
        self.assertNotIn(self.near.id, self._search(never).ids)
        # what pupils of school A did is nothing to school B
        self.assertIn(self.near.id, self._search(never, self.manager_b).ids)

    def test_academy_reads_the_book(self):
        for user in (self.correspondent, self.bde_admin):
            action = self.as_user(user)["ir.actions.act_window"]._for_xml_id(
                "bde_partnerships.action_employer"
            )
            env = self.as_user(user)
            views = env["res.partner"].get_views(action["views"], {"load_filters": True})
            names = [name for name in views["models"]["res.partner"]["fields"]]
            arch = views["views"]["form"]["arch"]
            self.assertNotIn("bde_relation_ids", arch)
            read = [n for n in names if f'name="{n}"' in arch]
            env["res.partner"].browse(self.near.id).read(read)

    def test_form_opens_for_staff(self):
        view = self.env.ref("bde_partnerships.view_employer_form")
        for user in (self.teacher_a, self.manager_a):
            form = Form(self._as(user, self.near), view=view)
            self.assertEqual(form.name, "Éts Pré d'Été")
