from datetime import date

from freezegun import freeze_time

from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged, users

from ..rules import consents
from .alumni_common import AlumniCase


@tagged("post_install", "-at_install")
class TestAlumnusConsent(AlumniCase):
    """Who may be written to for what, and who may say yes."""

    def test_public_task_needs_information_only(self):
        both = self.gina | self.hugo
        self.assertFalse(both._may_write("follow_up"))
        self.gina._note_informed("paper")
        self.assertEqual(both._may_write("follow_up"), self.gina)
        self.assertEqual(both._may_write("safety_net"), self.gina)
        self.assertFalse(both._may_write("news"))
        self.assertEqual(both._may_write("inform"), both)

    def test_domain_says_the_same_as_the_filter(self):
        self.gina._note_informed("class")
        self.gina._consent("news")
        self.hugo._consent("mentoring")
        self.ines._no_more()
        every = self.gina | self.hugo | self.ines
        for purpose in (*consents.PUBLIC_TASKS, *consents.PURPOSES, consents.INFORM):
            domain = self.env["bde.alumnus"]._may_write_domain(purpose)
            self.assertEqual(every._may_write(purpose), every.filtered_domain(domain), purpose)

    def test_a_yes_twice_is_one_proof(self):
        self.gina._consent("directory", ["email", "training"])
        self.gina._consent("directory", ["training", "email"])
        self.assertEqual(self.gina.consent_ids.mapped("state"), ["given"])
        self.assertEqual(self.gina.consent_ids.shown_fields, ["training", "email"])
        self.assertIn("directory", self.gina.consent_ids.text)
        self.gina._consent("directory", ["training"])
        self.assertEqual(sorted(self.gina.consent_ids.mapped("state")), ["given", "replaced"])

    def test_unknown_fields_are_never_shown(self):
        self.gina._consent("directory", ["birth_date", "city"])
        self.assertEqual(self.gina.consent_ids.shown_fields, ["city"])

    def test_no_for_good_ends_all_and_stays(self):
        self.gina._note_informed("paper")
        self.gina._consent("news")
        self.gina._consent("solicitation")
        self.gina._no_more()
        self.assertFalse(self.gina.ok_news or self.gina.ok_solicitation)
        for purpose in (*consents.PUBLIC_TASKS, *consents.PURPOSES, consents.INFORM):
            self.assertFalse(self.gina._may_write(purpose), purpose)
        with self.assertRaisesRegex(UserError, "no for good"):
            self.gina._consent("news")
        self.gina._resume()
        self.assertFalse(self.gina.ok_news, "what stood before does not stand again")
        self.gina._consent("news")
        self.assertTrue(self.gina.ok_news)

    def test_a_minor_of_fifteen_agrees_alone_but_not_to_everything(self):
        for purpose in ("news", "directory", "mentoring"):
            self.assertTrue(self.hugo._consent(purpose))
        for purpose in ("portrait", "solicitation"):
            with self.assertRaisesRegex(UserError, "guardians"):
                self.hugo._consent(purpose)
        self.hugo._consent("portrait", by="guardians", channel="paper")
        self.assertTrue(self.hugo.ok_portrait)

    def test_under_fifteen_the_guardians_say_it(self):
        today = self.school_a._bde_today()
        kid = self.new_alumnus("Kim", birth_year=today.year - 14, cohort=today.year)
        with self.assertRaisesRegex(UserError, "guardians"):
            kid._consent("news")
        kid._consent("news", by="guardians", channel="paper")
        self.assertTrue(kid.ok_news)

    def test_nobody_agrees_for_an_adult(self):
        with self.assertRaisesRegex(UserError, "of age"):
            self.gina._consent("news", by="guardians")

    def test_age_rules(self):
        """Fifteen on the day itself; 29 February waits for 1 March."""
        say = consents.may_say_yes
        self.assertFalse(say("news", date(2011, 11, 23), date(2026, 11, 22)))
        self.assertTrue(say("news", date(2011, 11, 22), date(2026, 11, 22)))
        self.assertFalse(say("portrait", date(2008, 2, 29), date(2026, 2, 28)))
        self.assertTrue(say("portrait", date(2008, 2, 29), date(2026, 3, 1)))
        # nobody knows: an adult learner is of age, whoever left last summer may be 16
        for purpose in consents.PURPOSES:
            self.assertTrue(say(purpose, None, date(2026, 3, 1), of_age=True))
            own = purpose in ("news", "mentoring")
            self.assertEqual(say(purpose, None, date(2026, 3, 1)), own, purpose)

    def test_unknown_age_is_no_adult(self):
        """Neither asked for help nor shown to strangers before somebody knows the age."""
        year = self.school_a._bde_today().year
        noe = self.new_alumnus("Noe", birth_date=False, cohort=year, kind="pupil")
        for purpose in ("solicitation", "directory", "portrait"):
            with self.assertRaisesRegex(UserError, "date of birth"):
                noe._consent(purpose)
        noe._consent("news")
        adult = self.new_alumnus("Ada", birth_date=False, cohort=year, kind="adult")
        adult._consent("directory")
        self.assertTrue(adult.ok_directory and noe.ok_news)

    @users("secretary_a")
    def test_staff_write_consents_by_verbs_alone(self):
        gina = self.gina.with_env(self.env)
        consent = gina._consent("news", channel="desk")
        with self.assertRaises(AccessError):
            consent.write({"purpose": "directory"})
        with self.assertRaises(AccessError):
            gina.write({"consent_ids": [(0, 0, {"purpose": "portrait"})]})
        with self.assertRaises(AccessError):
            gina.write({"no_more_on": False, "ok_news": True})

    @users("manager_b")
    def test_another_school_says_nothing(self):
        with self.assertRaises(AccessError):
            self.gina.with_env(self.env)._consent("news")
        with self.assertRaises(AccessError):
            self.gina.with_env(self.env)._object()

    def test_same_queries_for_one_and_for_many(self):
        many = self.env["bde.alumnus"].union(
            *(self.new_alumnus(f"N{n}", birth_year=2004, cohort=2023) for n in range(20))
        )
        self.gina._consent("news")
        counts = []
        for alumni in (many[:1], many[1:]):
            self.env.flush_all()
            self.env.invalidate_all()
            before = self.env.cr.sql_log_count
            alumni._consent("mentoring", channel="desk")
            alumni._withdraw(["mentoring"], "desk")
            self.env.flush_all()
            counts.append(self.env.cr.sql_log_count - before)
        self.assertLessEqual(counts[1], counts[0])


@tagged("post_install", "-at_install")
class TestAlumnusMajority(AlumniCase):
    """What a minor agreed to ends at 18, and is asked again once."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.run_jobs_inside()

    def majority(self):
        """The day on which Hugo, born on 15 August, is of age."""
        return date(self.hugo.birth_date.year + 18, 8, 15)

    def test_ends_on_the_birthday_and_is_asked_once(self):
        self.hugo._consent("news")
        self.gina._consent("news")
        eve = self.majority().replace(day=14)
        with freeze_time(f"{eve} 12:00:00"):
            self.env["bde.alumnus"]._cron_majority()
        self.assertTrue(self.hugo.ok_news)
        with freeze_time(f"{self.majority()} 12:00:00"):
            self.env["bde.alumnus"]._cron_majority()
            self.assertFalse(self.hugo.ok_news)
            self.assertTrue(self.gina.ok_news, "given as an adult: it stands")
            self.assertEqual(self.hugo.consent_ids.state, "expired")
            letters = self.env["bde.alumni.letters"].with_company(self.school_a)
            sent = letters._write_school(self.school_a)
            self.assertEqual(sent.mapped("kind"), ["adult"])
            self.assertEqual(sent.alumnus_id, self.hugo)
            self.assertEqual(self.hugo.consent_ids.asked_again_on, self.majority())
            self.assertFalse(letters._write_school(self.school_a))
            self.hugo._consent("news")
            self.env["bde.alumnus"]._cron_majority()
            self.assertTrue(self.hugo.ok_news, "said again as an adult")

    def test_a_portrait_comes_off_by_the_hook(self):
        self.hugo._consent("portrait", by="guardians", channel="paper")
        ended = []
        self.patch(
            self.registry["bde.alumnus"],
            "_consent_ended",
            lambda alumni, purpose: ended.append((alumni, purpose)),
        )
        with freeze_time(f"{self.majority()} 12:00:00"):
            self.env["bde.alumnus"]._cron_majority()
        self.assertEqual(ended, [(self.hugo, "portrait")])

    def test_who_said_no_for_good_is_not_asked(self):
        self.hugo._consent("news")
        self.hugo._no_more()
        with freeze_time(f"{self.majority()} 12:00:00"):
            self.env["bde.alumnus"]._cron_majority()
            letters = self.env["bde.alumni.letters"].with_company(self.school_a)
            self.assertFalse(letters._write_school(self.school_a))
