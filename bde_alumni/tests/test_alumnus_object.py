from datetime import timedelta
from unittest.mock import patch

from odoo import fields
from odoo.exceptions import UserError
from odoo.tests import tagged, users

from .alumni_common import AlumniCase


@tagged("post_install", "-at_install")
class TestAlumnusObject(AlumniCase):
    """Objection, death, time that is over: what goes, what stays."""

    def counts(self, cohort=2024, school=None):
        found = self.env["bde.alumni.count"]._gone(school or self.school_a, [cohort])
        return found.get(((school or self.school_a).id, cohort), (0, 0))

    def test_objection_leaves_one_more_and_nothing_else(self):
        self.gina._consent("news")
        self.gina._mint_page_links("email")
        number = self.gina.id
        self.gina._object()
        self.assertFalse(self.gina.exists())
        self.assertEqual(self.counts(), (1, 0))
        count = self.env["bde.alumni.count"].search([("cohort", "=", 2024)])
        self.assertEqual(count.training_id, self.training_a)
        for model in ("bde.link", "mail.message", "mail.followers", "ir.attachment"):
            name = "model" if model == "mail.message" else "res_model"
            left = self.env[model].search([(name, "=", "bde.alumnus"), ("res_id", "=", number)])
            self.assertFalse(left, model)
        self.new_alumnus("Gus", cohort=2024)._object()
        self.assertEqual(self.counts(), (2, 0))

    def test_what_is_counted_has_no_name_no_sex_no_day(self):
        names = set(self.env["bde.alumni.count"]._fields)
        self.assertFalse(names & {"name", "sex", "create_uid", "create_date", "write_date"})

    def test_everything_that_points_to_an_alumnus_goes_with_him(self):
        """Whatever part adds a model: nothing may keep him when he objects."""
        for model, name in self.env["bde.alumnus"]._pointing_fields():
            field = self.env[model]._fields[name]
            self.assertIn(field.ondelete, ("cascade", "set null"), f"{model}.{name}")
            self.assertTrue(field.index or not field.store, f"{model}.{name} without an index")

    @users("secretary_a")
    def test_the_bureau_notes_an_objection(self):
        self.gina.with_env(self.env).action_object()
        self.assertFalse(self.gina.exists())

    @users("secretary_a")
    def test_a_mistake_is_deleted_and_counted_nowhere(self):
        wrong = self.new_alumnus("Wrong", cohort=2024).with_env(self.env)
        wrong.action_delete_mistake()
        self.assertFalse(wrong.exists())
        self.assertEqual(self.counts(), (0, 0))
        self.gina._note_informed("paper")
        with self.assertRaises(UserError):
            self.gina.with_env(self.env).action_delete_mistake()

    def test_death(self):
        self.gina._note_informed("paper")
        self.gina._consent("news")
        [(link, _url)] = self.gina._mint_page_links("email").values()
        self.gina._note_death()
        self.assertTrue(self.gina.is_deceased)
        self.assertFalse(self.gina.ok_news)
        self.assertTrue(link.revoked)
        self.assertFalse(self.gina._may_write("inform"))
        with self.assertRaises(UserError):
            self.gina._consent("news")
        self.gina.with_user(self.manager_a).action_undo_death()
        self.assertTrue(self.gina._may_write("follow_up"))
        self.assertFalse(self.gina.ok_news, "what was agreed to has to be said again")


@tagged("post_install", "-at_install")
class TestAlumnusKeep(AlumniCase):
    """Retention by rule."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.run_jobs_inside()
        cls.today = cls.school_a._bde_today()
        cls.old = cls.left("Olga", 26)
        cls.older = cls.left("Paul", 61)
        cls.agrees = cls.left("Rose", 61)
        cls.agrees._consent("directory", ["city"])
        cls.fresh = cls.left("Zoé", 20)

    @classmethod
    def left(cls, firstname, months, school=None):
        """Somebody who left so many months ago."""
        day = cls.today - timedelta(days=round(months * 30.5))
        alumnus = cls.new_alumnus(
            firstname, school, cohort=day.year, city="Pau", phone="06 11 22 33 44"
        )
        alumnus.sudo().write({"left_on": day, "has_left": True})
        return alumnus

    def test_addresses_go_first_then_people(self):
        self.env["bde.alumnus"]._cron_forget()
        self.assertFalse(self.older.exists())
        self.assertEqual(self.old.contact_erased_on, self.today)
        self.assertFalse(self.old.email or self.old.phone or self.old.city)
        self.assertEqual(self.old.firstname, "Olga")
        self.assertEqual(self.agrees.city, "Pau", "a consent stands")
        self.assertTrue(self.fresh.email)
        gone = self.env["bde.alumni.count"]._gone(self.school_a, [self.older_cohort])
        self.assertEqual(gone[self.school_a.id, self.older_cohort], (0, 1))

    @property
    def older_cohort(self):
        return (self.today - timedelta(days=round(61 * 30.5))).year

    def test_what_fails_at_one_school_stops_no_other(self):
        """The job logs it, goes on with the other schools and tries again the next night."""
        theirs = self.left("Théo", 61, self.school_b)
        erase = type(self.older)._forget_records

        def fails_at_a(alumni):
            if self.school_a in alumni.company_id:
                raise ValueError("something nobody thought of")
            return erase(alumni)

        Alumnus = self.env["bde.alumnus"]
        logger = "odoo.addons.bde_partnerships.models.res_company_jobs"
        with (
            patch.object(type(Alumnus), "_forget_records", fails_at_a),
            self.assertLogs(logger, "ERROR") as logged,
        ):
            Alumnus._cron_forget()
        self.assertIn(f"school {self.school_a.id}", logged.output[0])
        self.assertTrue(self.older.exists())
        self.assertFalse(self.old.email, "what else is due at that school is done")
        self.assertFalse(theirs.exists())
        Alumnus._cron_forget()
        self.assertFalse(self.older.exists())

    def test_the_academie_says_another_time(self):
        self.env["bde.retention"].create(
            {"company_id": self.academy.id, "what": "record", "months": 72}
        )
        self.env["bde.alumnus"]._cron_forget()
        self.assertTrue(self.older.exists())
        self.assertFalse(self.older.email)

    def test_no_rule_ends_before_the_last_survey(self):
        self.env["bde.retention"].create(
            {"company_id": self.academy.id, "what": "contact", "months": 6}
        )
        self.env["bde.alumnus"]._cron_forget()
        self.assertTrue(self.fresh.email)

    def test_who_is_being_asked_is_kept(self):
        wave = self.env["bde.alumni.wave"].create(
            {"company_id": self.school_a.id, "cohort": self.old.cohort, "months": "24",
             "date": self.today, "state": "running"}
        )  # fmt: skip
        self.env["bde.alumni.wave.line"].create({"wave_id": wave.id, "alumnus_id": self.old.id})
        self.env["bde.alumnus"]._cron_forget()
        self.assertTrue(self.old.email)
        wave.state = "over"
        self.env["bde.alumnus"]._cron_forget()
        self.assertFalse(self.old.email)

    def test_a_former_name_goes_after_a_year(self):
        self.fresh.lastname = "Martin"
        self.assertEqual(self.fresh.former_name, "DUPONT Zoé")
        self.assertIn("dupont", self.fresh.directory_key)
        self.fresh.sudo().former_name_on = self.today - timedelta(days=364)
        self.env["bde.alumnus"]._cron_forget()
        self.assertTrue(self.fresh.former_name)
        self.fresh.sudo().former_name_on = self.today - timedelta(days=366)
        self.env["bde.alumnus"]._cron_forget()
        self.assertFalse(self.fresh.former_name)
        self.assertNotIn("dupont", self.fresh.directory_key)

    def test_twice_changes_nothing(self):
        self.env["bde.alumnus"]._cron_forget()
        before = self.env["bde.alumni.count"].search_read([], ["forgotten_count"])
        self.env["bde.alumnus"]._cron_forget()
        self.assertEqual(self.env["bde.alumni.count"].search_read([], ["forgotten_count"]), before)

    def test_links_and_people_behind_offers_go(self):
        """Names and addresses in links, a year after they ended; of offers, too."""
        minted = self.fresh._mint_page_links("email")
        [(old, _url)] = minted.values()
        [(kept, _url)] = self.fresh._mint_page_links("email").values()
        confirm = self.env["bde.link"]._mint(
            [self.env["bde.alumnus"]._page_link_vals(self.fresh, "email")
             | {"purpose": "alumni_mail"}]
        )[0][0]  # fmt: skip
        now = fields.Datetime.now()
        old.expires_on = now - timedelta(days=366)
        kept.expires_on = now - timedelta(days=300)
        confirm.expires_on = now - timedelta(days=31)
        self.env["bde.link"]._gc_alumni_links()
        self.assertEqual((old | kept | confirm).exists(), kept)
        vals = {"kind": "job", "title": "Cook", "employer_text": "Inn", "contact_text": "Ann 06",
                "proposer_name": "Ann", "proposer_email": "ann@inn.example"}  # fmt: skip
        offers = self.env["bde.job.offer"].sudo()
        for state in ("expired", "expired", "published"):
            offers |= self.env["bde.job.offer"].sudo()._propose(self.school_a, vals, "company")
            offers[-1:].state = state
        self.env.flush_all()
        self.cr.execute(
            "UPDATE bde_job_offer SET write_date = %s WHERE id IN %s",
            [now - timedelta(days=366), tuple((offers[0] | offers[2]).ids)],
        )
        self.env.invalidate_all()
        self.env["bde.job.offer"]._gc_proposers()
        self.assertEqual(offers.mapped("proposer_name"), [False, "Ann", "Ann"])
        self.assertEqual(offers.mapped("contact_text"), [False, "Ann 06", "Ann 06"])
        self.assertEqual(offers.mapped("title"), ["Cook"] * 3)

    @users("bde_admin")
    def test_the_academie_writes_the_rule(self):
        self.env["bde.retention"].create(
            {"company_id": self.academy.id, "what": "contact", "months": 30}
        )
        self.assertEqual(self.env["bde.retention"]._months(self.school_a, "contact"), 30)
