"""Contacts of companies who were pupils: found, decided by staff, kept through merges."""

from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged
from odoo.tools import mute_logger

from .giving_common import GivingCase


@tagged("post_install", "-at_install")
class TestAlumniContact(GivingCase):
    def find(self):
        return self.env["bde.alumni.contact"]._find(self.school_a)

    def test_a_name_is_proposed_and_never_decided(self):
        found = self.find()
        self.assertEqual(
            [(one.alumnus_id, one.partner_id, one.reason, one.state) for one in found],
            [(self.gina, self.contact, "name", "proposed")],
        )
        self.assertFalse(self.contact.bde_alumni)
        self.assertFalse(self.gina.partner_ids)
        self.assertFalse(self.find(), "proposed once")

    def test_addresses_are_surer_than_names(self):
        self.contact.email = "GINA@alumni.example"
        self.assertEqual(self.find().reason, "mail")
        other = self.employer._bde_add_contact(
            self.school_a, {"name": "G. Durand", "phone": "06 12 34 56 78"}
        )
        self.gina.phone = "+33 6 12 34 56 78"
        found = self.find()
        self.assertEqual((found.partner_id, found.reason), (other, "phone"))

    def test_two_of_one_name_are_both_proposed(self):
        twin = self.new_alumnus("Gina", birth_year=1999, cohort=2017, email=False)
        found = self.find()
        self.assertEqual(found.alumnus_id, self.gina | twin)
        env = self.as_user(self.manager_a)
        with self.assertRaises(UserError):
            found.with_env(env).action_confirm()
        mine = found.filtered(lambda one: one.alumnus_id == twin)
        mine.with_env(env).action_confirm()
        self.assertEqual((found - mine).state, "refused", "one contact is one person")
        self.assertEqual(twin.partner_ids, self.contact)

    def test_another_school_is_not_looked_at(self):
        self.employer._bde_add_contact(self.school_b, {"name": "Hugo Dupont"})
        self.assertEqual(self.find().alumnus_id, self.gina)
        self.assertFalse(
            self.env["bde.alumni.contact"]
            ._find(self.school_b)
            .filtered(lambda one: one.alumnus_id.company_id != self.school_b)
        )

    def test_who_said_no_for_good_is_not_looked_for(self):
        self.gina._no_more()
        self.assertFalse(self.find())

    def test_as_many_queries_for_many(self):
        self.find()
        self.env.flush_all()
        with self.assertQueryCount(200):
            self.find()
        self.env.flush_all()
        self.env.invalidate_all()
        before = self.env.cr.sql_log_count
        self.find()
        few = self.env.cr.sql_log_count - before
        for number in range(30):
            self.new_alumnus(f"Lou{number}", cohort=2020)
            self.employer._bde_add_contact(self.school_a, {"name": f"Dupont Lou{number}"})
        self.env.flush_all()
        self.env.invalidate_all()
        before = self.env.cr.sql_log_count
        self.assertEqual(len(self.find()), 30)
        self.assertLess(self.env.cr.sql_log_count - before, few + 15)

    def test_the_role_follows(self):
        link = self.link()
        self.assertTrue(self.contact.bde_alumni)
        self.assertEqual(link.decided_by_id, self.manager_a)
        self.assertEqual(self.gina.partner_ids, self.contact)
        self.gina._no_more()
        self.assertFalse(self.contact.bde_alumni, "no source of a campaign finds her")
        self.gina._resume()
        self.assertTrue(self.contact.bde_alumni)
        link.with_env(self.as_user(self.manager_a)).action_undo()
        self.assertFalse(self.contact.bde_alumni)
        self.assertEqual(link.state, "proposed")

    def test_a_role_that_was_ticked_by_hand_stays(self):
        other = self.employer._bde_add_contact(
            self.school_a, {"name": "Old Boy", "bde_alumni": True}
        )
        self.find()
        other._bde_follow_alumni()
        self.assertTrue(other.bde_alumni)

    def test_named_by_hand_is_confirmed(self):
        env = self.as_user(self.secretary_a)
        link = env["bde.alumni.contact"].create(
            {"alumnus_id": self.hugo.id, "partner_id": self.contact.id}
        )
        self.assertEqual((link.state, link.reason), ("confirmed", "hand"))
        with self.assertRaises(AccessError):
            link.state = "refused"
        with self.assertRaises(UserError):
            env["bde.alumni.contact"].create(
                {"alumnus_id": self.gina.id, "partner_id": self.contact.id}
            )

    def test_objection_leaves_nothing(self):
        self.link()
        self.gina._object()
        self.assertFalse(self.contact.bde_alumni)
        self.assertFalse(
            self.env["bde.alumni.contact"].search([("company_id", "=", self.school_a.id)])
        )

    def test_company_page_and_host(self):
        self.link()
        page = self.relation.with_env(self.as_user(self.manager_a))
        self.assertEqual((page.alumni_ids, page.alumni_count), (self.gina, 1))
        self.assertEqual(self.relation.with_env(self.as_user(self.teacher_a)).alumni_count, 0)
        placement = self.new_placement(self.aline, host_id=self.employer.id)
        seen = placement.with_env(self.as_user(self.manager_a))
        self.assertIn("DUPONT Gina (2024)", seen.host_alumni_text)
        self.assertFalse(placement.with_env(self.as_user(self.teacher_a)).host_alumni_text)
        partner = self.employer.with_env(self.as_user(self.manager_a))
        self.assertEqual(partner.bde_own_alumni_count, 1)
        self.gina._no_more()
        self.env.invalidate_all()
        self.assertEqual(page.alumni_count, 0)

    def test_the_employer_of_an_answer_counts_too(self):
        self.hugo._note_outcome({"situation": "job", "relation_id": self.relation.id})
        self.link()
        page = self.relation.with_env(self.as_user(self.manager_a))
        self.assertEqual(page.alumni_ids, self.gina | self.hugo)
        self.assertEqual(self.hugo.works_at, self.relation.partner_name)

    def test_both_ways_are_one_query(self):
        """The page of a company has a budget of queries; who is known both ways counts once."""
        self.link()
        for alumnus in (self.gina, self.hugo):
            alumnus._note_outcome({"situation": "job", "relation_id": self.relation.id})
        page = self.relation.with_env(self.as_user(self.manager_a))
        page._alumni_of()
        self.env.flush_all()
        self.env.invalidate_all()
        with self.assertQueryCount(1):
            found = page._alumni_of()
        self.assertEqual(found, {page: self.gina | self.hugo})

    @mute_logger("odoo.addons.base.models.ir_rule", "odoo.addons.base.models.ir_model")
    def test_another_school_learns_nothing(self):
        self.link()
        env = self.as_user(self.manager_b)
        other = env["bde.relation"].browse(
            self.env["bde.relation"]._bde_ensure(self.employer, self.school_b).id
        )
        self.assertEqual(other.alumni_count, 0)
        self.assertEqual(self.employer.with_env(env).bde_own_alumni_count, 0)
        self.assertFalse(env["bde.alumni.contact"].search([]))
        with self.assertRaises(AccessError):
            self.contact.with_env(env).read(["bde_alumnus_id"])
        with self.assertRaises(AccessError):
            self.contact.with_env(env).read(["bde_alumni"])
        self.assertEqual(
            self.contact.with_env(self.as_user(self.manager_a)).bde_alumnus_id, self.gina
        )

    # ------------------------------------------------------------
    # First contact
    # ------------------------------------------------------------

    def test_first_contact_asks_those_who_agreed(self):
        self.link()
        page = self.relation.with_env(self.as_user(self.manager_a))
        action = page.action_first_contact()
        self.assertEqual(action["domain"], [("id", "in", self.gina.ids)])
        gina = self.gina.with_env(self.as_user(self.manager_a))
        gina.with_context(**action["context"]).action_plan_first_contact()
        self.assertEqual(self.relation.activity_ids.user_id, self.manager_a)
        self.assertIn("DUPONT Gina (left in 2024)", self.relation.activity_ids.summary)
        self.gina._withdraw(["solicitation"])
        with self.assertRaises(UserError):
            page.action_first_contact()

    def test_first_contact_through_a_sister(self):
        sister = self.env["res.partner"].create(
            {
                "name": "Duval Lyon",
                "company_registry": "73282932000082",
                "bde_employer": True,
                "is_company": True,
            }
        )
        relation = self.env["bde.relation"]._bde_ensure(sister, self.school_a)
        self.link()
        page = relation.with_env(self.as_user(self.manager_a))
        self.assertEqual(page._first_contacts(), self.gina)
        # no former pupil of its own, so no button: the menu of the page
        self.assertEqual(page.alumni_count, 0)
        offered = page.env["ir.actions.actions"].get_bindings("bde.relation")["action"]
        menu = self.env.ref("bde_alumni.action_relation_first_contact")
        self.assertIn(menu.id, [one["id"] for one in offered])
        run = menu.with_env(page.env).with_context(active_model=page._name, active_id=page.id)
        self.assertEqual(run.run()["domain"], [("id", "in", self.gina.ids)])

    # ------------------------------------------------------------
    # Merges
    # ------------------------------------------------------------

    def test_merge_of_companies(self):
        """Two entries of Gina become one: what was confirmed of one holds."""
        drop = self.env["res.partner"].create(
            {"name": "Duval bis", "is_company": True, "bde_employer": True}
        )
        again = drop._bde_add_contact(
            self.school_a, {"name": "Gina Dupont", "email": "atelier@duval.example"}
        )
        self.contact.name = "Gina Dupont"
        self.link(contact=again)
        self.env["bde.alumni.contact"].create(
            {"alumnus_id": self.gina.id, "partner_id": self.contact.id, "reason": "name"}
        )
        manager = self.as_user(self.manager_a)
        merge = manager["bde.merge"]._propose(
            self.employer.with_env(manager), drop.with_env(manager), manager.company, "Twice"
        )
        merge.with_env(self.as_user(self.correspondent)).action_merge()
        self.env.invalidate_all()
        link = self.env["bde.alumni.contact"].search([("alumnus_id", "=", self.gina.id)])
        self.assertEqual(
            (link.partner_id, link.state, link.relation_id),
            (self.contact, "confirmed", self.relation),
        )
        self.assertTrue(self.contact.bde_alumni)

    def test_join_of_alumni(self):
        """Two records of one person: the confirmation of the one that goes is not lost."""
        twin = self.new_alumnus("Gina", birth_year=2005, cohort=2021)
        self.link(alumnus=twin)
        self.env["bde.alumni.contact"].create(
            {"alumnus_id": self.gina.id, "partner_id": self.contact.id, "reason": "name"}
        ).with_env(self.as_user(self.manager_a)).action_refuse()
        self.gina._bde_join(twin)
        self.assertEqual(self.gina.partner_ids, self.contact)
        self.assertTrue(self.contact.bde_alumni)


@tagged("post_install", "-at_install")
class TestAlumniTutor(GivingCase):
    """Yesterday's pupils who are tutors today: the figure of the circulaire, by hand."""

    def place(self, student, tutor, state="signed"):
        placement = self.new_placement(student, host_id=self.employer.id, tutor_id=tutor.id)
        placement.state = state
        return placement

    def rows(self):
        self.env.flush_all()
        env = self.as_user(self.manager_a)
        return [
            (row.alumnus_id, row.cohort, row.year, row.placement_count)
            for row in env["bde.alumni.tutor"].search([])
        ]

    def test_once_a_year(self):
        year = self.year.date_end.year
        self.place(self.aline, self.contact)
        self.place(self.boris, self.contact, "running")
        self.place(self.chloe, self.contact, "cancelled")
        self.assertEqual(self.rows(), [], "nobody said that he is an alumnus")
        self.link()
        self.assertEqual(self.rows(), [(self.gina, 2024, year, 2)])
        figures = self.env["bde.alumni.tutor"]._figures(self.schools, year)
        self.assertEqual(figures[self.school_a], {"count": 1, "cohorts": {2024: 1}})
        self.assertEqual(figures[self.school_b], {"count": 0, "cohorts": {}})

    def test_by_cohort(self):
        """Two of 2024 and one of 2019; one of them is the tutor of two pupils, another of none."""
        year = self.year.date_end.year
        old = self.new_alumnus("Odile", birth_year=1999, cohort=2019)
        other = self.new_alumnus("Omar", birth_year=2005, cohort=2024)
        idle = self.new_alumnus("Ida", birth_year=2005, cohort=2024)
        self.link()
        tutors = {
            one: self.employer._bde_add_contact(self.school_a, {"name": one.name})
            for one in (old, other, idle)
        }
        for alumnus, contact in tutors.items():
            self.link(alumnus, contact)
        for student, contact in (
            (self.aline, self.contact),
            (self.boris, self.contact),
            (self.chloe, tutors[old]),
            (self.emma, tutors[other]),
        ):
            self.place(student, contact)
        self.env.flush_all()
        figures = self.env["bde.alumni.tutor"]._figures(self.school_a, year)
        self.assertEqual(figures[self.school_a], {"count": 3, "cohorts": {2024: 2, 2019: 1}})

    def test_who_is_erased_stays_in_the_figure(self):
        """By an objection and by rule: a number without a name."""
        year = self.year.date_end.year
        other = self.new_alumnus("Omar", birth_year=2005, cohort=2024)
        contact = self.employer._bde_add_contact(self.school_a, {"name": other.name})
        self.link()
        self.link(other, contact)
        self.place(self.aline, self.contact)
        self.place(self.boris, contact)
        self.env.flush_all()
        self.gina._object()
        self.env.flush_all()
        other._forget_records()
        self.env.flush_all()
        self.assertFalse(self.rows())
        figures = self.env["bde.alumni.tutor"]._figures(self.schools, year)
        self.assertEqual(figures[self.school_a], {"count": 2, "cohorts": {2024: 2}})
        before = self.env["bde.alumni.tutor"]._figures(self.schools, year - 1)
        self.assertEqual(before[self.school_a]["count"], 0)
        count = self.env["bde.alumni.count"].search([("cohort", "=", 2024)])
        self.assertEqual(count.tutor_counts, {str(year): 2})

    def test_a_proposal_is_no_tutor(self):
        self.place(self.aline, self.contact)
        self.link(state="proposed")
        self.assertEqual(self.rows(), [])

    def test_before_he_left_he_was_no_alumnus(self):
        self.place(self.aline, self.contact)
        self.link()
        self.gina.cohort = self.year.date_end.year
        self.assertEqual(self.rows(), [])

    def test_another_school_reads_none(self):
        self.place(self.aline, self.contact)
        self.link()
        self.env.flush_all()
        self.assertFalse(self.as_user(self.manager_b)["bde.alumni.tutor"].search([]))
