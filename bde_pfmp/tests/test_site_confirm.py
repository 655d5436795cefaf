"""What a school knows of a site: its papers, the update by link, to watch, the 360° page."""

from datetime import datetime, time, timedelta

from lxml import etree
from psycopg2.errors import CheckViolation

from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tests import tagged
from odoo.tools import mute_logger

from ..models import bde_site_confirm
from .quality_common import QualityCase
from .test_rating_page import QualityPageCase


@tagged("post_install", "-at_install")
class TestSite(QualityCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.relation = cls.env["bde.relation"]._bde_ensure(cls.employer, cls.school_a)

    def document(self, **vals):
        return self.as_user(self.secretary_a)["bde.site.document"].create(
            {"relation_id": self.relation.id, "kind": "derogation", **vals}
        )

    def day(self, days):
        return self.today + timedelta(days=days)

    # ------------------------------------------------------------
    # Papers
    # ------------------------------------------------------------

    def test_a_paper_says_where_it_stands(self):
        for days, state in ((None, "no_end"), (-1, "expired"), (0, "soon"), (30, "soon"),
                            (31, "valid")):  # fmt: skip
            document = self.document(expires_on=days is not None and self.day(days))
            self.assertEqual(document.state, state)
        with self.assertRaises(CheckViolation), mute_logger("odoo.sql_db"):
            self.document(date_from=self.day(2), expires_on=self.day(1))

    def test_who_follows_the_company_is_told_once(self):
        self.relation.user_id = self.manager_a
        document = self.document(expires_on=self.day(20), name="D-12")
        self.document(kind="insurance", expires_on=self.day(10))
        self.document(kind="risks", expires_on=self.day(100))
        with self.enter_registry_test_mode():
            cron = self.env.ref("bde_pfmp.cron_site_documents")
            cron.method_direct_trigger()
            cron.method_direct_trigger()
        [activity] = self.relation.activity_ids
        self.assertEqual(activity.user_id, self.manager_a)
        self.assertIn("D-12", activity.note)
        self.assertIn("Certificate of insurance", activity.note)
        document.expires_on = self.day(25)
        self.assertFalse(document.told_on, "another day is another end")

    def test_papers_stay_in_their_school(self):
        document = self.document(expires_on=self.day(5))
        self.assertFalse(document.with_env(self.as_user(self.manager_b)).has_access("read"))
        seen = document.with_env(self.as_user(self.teacher_a))
        self.assertTrue(seen.has_access("read"))
        self.assertFalse(seen.has_access("write"))

    def test_a_paper_that_ends_before_the_stay_is_told(self):
        placement = self.new_placement(self.emma, **self.complete_vals())
        self.document(expires_on=self.end - timedelta(days=1), name="D-12")
        texts = [alert.text for alert in placement._get_alerts()[placement]
                 if alert.code == "site_document"]  # fmt: skip
        self.assertEqual(len(texts), 1)
        self.assertIn("D-12", texts[0])
        self.document(expires_on=self.end, name="D-13")
        codes = [alert.code for alert in placement._get_alerts()[placement]]
        self.assertNotIn("site_document", codes, "the next one is there")

    # ------------------------------------------------------------
    # To watch
    # ------------------------------------------------------------

    def test_to_watch_has_its_reason_author_and_end(self):
        relation = self.relation.with_env(self.as_user(self.manager_a))
        with self.assertRaises(ValidationError):
            relation.status = "watch"
        reason = self.env.ref("bde_partnerships.status_reason_no_tutor")
        relation.write({"status": "watch", "status_reason_id": reason.id})
        self.assertEqual((relation.status_author_id, relation.status_set_on),
                         (self.manager_a, self.today))  # fmt: skip
        placement = self.new_placement(self.emma, **self.complete_vals())
        [alert] = [one for one in placement._get_alerts()[placement] if one.code == "site_watch"]
        self.assertEqual(alert.severity, "warn")
        self.assertIn("No tutor present", alert.text)
        relation.status = "active"
        self.assertFalse(relation.status_author_id)
        self.assertFalse(relation.status_set_on)

    # ------------------------------------------------------------
    # The 360° page
    # ------------------------------------------------------------

    def test_the_page_shows_count_index_and_trend(self):
        self.add_ratings(self.employer, [20, 30, 40], days=500)
        self.add_ratings(self.employer, [80, 90, 100], days=10)
        self.env["bde.site.quality"]._refresh()
        relation = self.relation.with_env(self.as_user(self.teacher_a))
        self.assertEqual(relation.quality_count, 6)
        self.assertEqual(relation.quality_trend, "up")
        index = self.quality(self.employer).index
        self.assertEqual(relation.quality_label, f"{index:.0f} / 100")
        self.assertEqual(relation.quality_views, f"6 pupils ({index:.0f})")
        self.assertEqual(relation.quality_line_ids.training_name, "MELEC")

    def test_the_page_stays_within_25_queries(self):
        """What the form of a company reads, as the web client asks for it."""
        self.add_ratings(self.employer, [20, 30, 40])
        self.env["bde.site.quality"]._refresh()
        user_env = self.as_client(self.manager_a)
        relation = self.relation.with_env(user_env)
        view = relation.get_view(self.env.ref("bde_partnerships.view_relation_form").id, "form")
        # in the order of the form: it decides which fields are fetched together
        names = dict.fromkeys(etree.fromstring(view["arch"]).xpath("//field/@name"))
        specification = {name: {} for name in names if name in view["models"]["bde.relation"]}
        relation.web_read(specification)
        user_env.invalidate_all()
        before = self.cr.sql_log_count
        relation.web_read(specification)
        self.assertLessEqual(self.cr.sql_log_count - before, 25)

    def test_lists_of_companies_take_the_same_queries(self):
        relations = self.relation
        for number in range(19):
            host = self.env["res.partner"].create(
                {"name": f"Host {number}", "is_company": True, "bde_employer": True}
            )
            relations |= self.env["bde.relation"]._bde_ensure(host, self.school_a)
        names = ("quality_label", "quality_trend", "block_text", "site_confirmed_on")

        def queries(records):
            self.env.flush_all()
            self.env.invalidate_all()
            before = self.cr.sql_log_count
            records.with_env(self.as_user(self.manager_a)).mapped(
                lambda r: [r[name] for name in names]
            )
            return self.cr.sql_log_count - before

        queries(relations)
        self.assertEqual(queries(self.relation), queries(relations))

    def test_the_directory_shows_it_to_all_schools(self):
        self.add_ratings(self.employer, [20, 30, 40])
        self.env["bde.site.quality"]._refresh()
        seen = self.employer.with_env(self.as_user(self.manager_b))
        self.assertEqual(seen.bde_quality_label, "30 / 100 (3 answers)")


@tagged("post_install", "-at_install")
class TestSiteUpdate(QualityPageCase):
    """Recensement: asked by link after a year, staged, accepted."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.relation = cls.env["bde.relation"]._bde_ensure(cls.employer, cls.school_a)
        cls.relation.write(
            {
                "site_confirmed_on": cls.today - timedelta(days=366),
                "last_hosted_on": cls.today - timedelta(days=5),
            }
        )
        cls.employer.write({"activity": "Menuiserie", "phone": "05 56 00 00 09"})

    def known(self, **values):
        """The form as it was shown, with what somebody changes."""
        return {
            "activity": "Menuiserie",
            "phone": "05 56 00 00 09",
            "email": "",
            "website": "",
            "places": "",
            "takes_minors": "",
            "accessible": "",
            "remark": "",
            **values,
        }

    def asked(self):
        stay = self.env["bde.stay"].with_company(self.school_a)
        asks = stay._site_asks(self.school_a, self.today)
        return [(ask.placement.host_id, ask.role, ask.kind) for ask in asks]

    def test_companies_are_asked_once_a_year(self):
        self.assertEqual(self.asked(), [(self.employer, "host", "site")])
        self.relation.site_confirmed_on = self.today - timedelta(days=365)
        self.assertEqual(self.asked(), [])
        self.relation.site_confirmed_on = self.today - timedelta(days=366)
        stay = self.env["bde.stay"].with_company(self.school_a)
        stay._write(stay._site_asks(self.school_a, self.today))
        self.assertEqual(self.asked(), [], "written already")

    def test_a_few_a_day_by_the_clock_of_the_school(self):
        self.patch(bde_site_confirm, "ASKS_A_DAY", 1)
        self.school_a.bde_tz = "Pacific/Noumea"
        morning = datetime.combine(self.today, time(8)) - timedelta(hours=11)  # UTC: the eve
        letter = self.env["bde.stay.letter"].create(
            {
                "company_id": self.school_a.id,
                "placement_id": self.placements[-1].id,
                "person_ref": "res.partner,1",
                "role": "host",
                "kind": "site",
                "sent_on": morning,
            }
        )
        self.assertEqual(self.asked(), [], "one was written this morning")
        letter.sent_on = morning - timedelta(hours=9)
        self.assertEqual(len(self.asked()), 1)

    def test_who_is_not_asked(self):
        reason = self.env.ref("bde_partnerships.status_reason_unsafe")
        for vals in (
            {"status": "avoid", "status_reason_id": reason.id},
            {"last_hosted_on": self.today - timedelta(days=1200)},
        ):
            with self.subTest(vals), self.env.cr.savepoint() as savepoint:
                self.relation.write(vals)
                self.assertEqual(self.asked(), [])
                savepoint.rollback()
            self.env.invalidate_all()

    def test_nothing_changed_confirms_the_site(self):
        page = self.page("host")
        self.assertIn("Your site: still right?", self.page_text(page))
        self.assertIn("Menuiserie", self.page_text(page))
        self.assertEqual(self.send(page, "site", **self.known()).status_code, 303)
        self.assertEqual(self.relation.site_confirmed_on, self.today)
        self.assertFalse(self.relation.site_update_ids)
        self.assertIn("Thank you, the school has your answer.", self.page_text(page))

    def test_what_changed_waits_for_the_bureau(self):
        values = self.known(activity="Charpente", places="2", remark="Closed in August")
        values |= {"takes_minors": "no", "training": str(self.training_a.id)}
        self.send(self.page("host"), "site", **values)
        self.send(self.page("host"), "site", **values)
        update = self.relation.site_update_ids
        self.assertEqual(len(update), 1, "sent twice")
        self.assertEqual(self.employer.activity, "Menuiserie", "nothing is written yet")
        self.assertIn("Charpente", update.changes_html)
        self.assertIn("Closed in August", update.changes_html)
        with self.assertRaises(AccessError):
            update.with_env(self.as_user(self.teacher_a)).action_accept()
        update.with_env(self.as_user(self.secretary_a)).action_accept()
        self.assertEqual(self.employer.activity, "Charpente")
        self.assertEqual((self.relation.site_places, self.relation.site_takes_minors), (2, "no"))
        self.assertEqual(self.relation.site_confirmed_on, self.today)
        self.assertIn(self.training_a.name, self.employer.bde_training_ids.mapped("name"))
        with self.assertRaisesRegex(UserError, "dealt with already"):
            update.with_env(self.as_user(self.secretary_a)).action_put_aside()

    def test_put_aside_changes_nothing(self):
        self.send(self.page("host"), "site", **self.known(activity="Charpente"))
        update = self.relation.site_update_ids
        update.with_env(self.as_user(self.secretary_a)).action_put_aside()
        self.assertEqual((update.state, self.employer.activity), ("refused", "Menuiserie"))
        self.assertEqual(self.relation.site_confirmed_on, self.today - timedelta(days=366))

    def test_bad_input_is_said_box_by_box(self):
        page = self.page("host")
        for values, text in (
            ({"email": "nobody"}, "This is no e-mail address"),
            ({"places": "many"}, "A number from 0 to 99."),
            ({"places": "²"}, "A number from 0 to 99."),
            ({"activity": "x" * 121}, "At most 120 characters"),
        ):
            with self.subTest(values):
                answer = self.send(page, "site", **self.known(**values))
                self.assertEqual(answer.status_code, 422)
                self.assertIn(text, answer.text)
        self.assertFalse(self.relation.site_update_ids)
        strange = self.known(takes_minors="maybe", training="999999")
        self.send(page, "site", **strange)
        self.assertFalse(self.relation.site_update_ids.training_ids)

    def test_trainings_of_another_school_are_not_taken(self):
        values = self.known(activity="X", training=str(self.training_b.id))
        self.send(self.page("host"), "site", **values)
        self.assertFalse(self.relation.site_update_ids.training_ids)

    def test_by_hand(self):
        self.relation.with_env(self.as_user(self.secretary_a)).action_confirm_site()
        self.assertEqual(self.relation.site_confirmed_on, self.today)
        with self.assertRaises(AccessError):
            self.relation.with_env(self.as_user(self.teacher_a)).action_confirm_site()

    def test_the_tutor_is_not_asked(self):
        page = self.page("tutor")
        self.assertNotIn("still right?", self.page_text(page))
        self.assertEqual(self.send(page, "site", **self.known()).status_code, 404)
