import io

import pypdfium2

from odoo.exceptions import AccessError
from odoo.tests import HttpCase, tagged
from odoo.tools import mute_logger

from .test_tax_report import TaxReportCase


@tagged("post_install", "-at_install")
class TestTaxFigure(TaxReportCase):
    """What the académie reads: totals by school, nobody's name, nothing under five."""

    def figure(self, school, year=2025):
        lines = self.as_user(self.correspondent)["bde.tax.figure"].search([])
        return lines.filtered(lambda line: line.school_id.id == school.id and line.year == year)

    def more_givers(self, count):
        """So many further companies of school A that promised and gave 100 € each."""
        partners = self.env["res.partner"].create(
            [
                {"name": f"Giver {number}", "is_company": True, "bde_employer": True}
                for number in range(count)
            ]
        )
        relations = self.env["bde.relation"]._bde_ensure(partners, self.school_a)
        targets = self.env["bde.tax.target"].create(
            [
                {"campaign_id": self.campaign.id, "relation_id": relation.id}
                for relation in relations
            ]
        )
        targets.write({"pledge_count": 1, "promised_amount": 100, "received_amount": 100})
        return targets

    def test_under_five_companies_nothing_is_published(self):
        """School A: 7 targeted, then 4 reached, 3 answered, 2 promised, 2 gave: too few."""
        self.env["bde.tax.figure"]._cron_refresh_figures()
        line = self.figure(self.school_a)
        self.assertEqual((line.target_count, line.message_count), (7, 7))
        self.assertEqual((line.reached_count, line.answered_count), (0, 0))
        self.assertEqual((line.promised_count, line.promised_amount), (0, 0))
        self.assertEqual((line.received_count, line.received_amount), (0, 0))
        self.assertIn("Fewer than 5", line.remark)
        self.assertIn("received", line.remark)
        self.env.cr.execute(
            "SELECT received_amount, promised_amount FROM bde_tax_figure WHERE id = %s", [line.id]
        )
        self.assertEqual(self.env.cr.fetchone(), (0, 0), "not even stored")

    def test_from_five_on_it_is_the_funnel(self):
        self.more_givers(3)
        self.env["bde.tax.figure"]._cron_refresh_figures()
        line = self.figure(self.school_a)
        now = self.figures()["now"]
        self.assertEqual((line.target_count, now["target_count"]), (10, 10))
        self.assertEqual((line.promised_count, line.received_count), (5, 5))
        self.assertAlmostEqual(line.promised_amount, 1500 + 300)
        self.assertAlmostEqual(line.received_amount, 1300 + 300)
        self.assertEqual((line.reached_count, line.answered_count), (7, 6))
        self.assertFalse(line.remark)

    def test_nothing_at_all_is_no_secret(self):
        """Zero is published as zero: there is no company to hide."""
        nobody = self.env["res.users"]
        self.tax_campaign(self.school_c, self.training_c, nobody)
        self.env["bde.tax.figure"]._cron_refresh_figures()
        line = self.figure(self.school_c)
        self.assertEqual((line.target_count, line.state), (0, "running"))
        self.assertFalse(line.remark)

    def test_year_before_is_what_was_published(self):
        self.more_givers(3)
        self.env["bde.tax.figure"]._cron_refresh_figures()
        self.assertAlmostEqual(self.figure(self.school_a).received_before, 0, msg="2 givers")
        after = self.tax_campaign(self.school_a, self.training_a, self.manager_a, 2026)
        self.env["bde.tax.figure"]._cron_refresh_figures()
        self.assertAlmostEqual(self.figure(self.school_a, 2026).received_before, 1600)
        after.sudo().unlink()
        self.env["bde.tax.figure"]._cron_refresh_figures()
        self.assertFalse(self.figure(self.school_a, 2026), "what is gone is not told")

    def test_closing_counts_at_once(self):
        self.more_givers(3)
        self.assertFalse(self.figure(self.school_a))
        campaign = self.as_user(self.manager_a)["bde.tax.campaign"].browse(self.campaign.id)
        campaign.action_close()
        line = self.figure(self.school_a)
        self.assertEqual((line.state, line.received_count), ("closed", 5))
        self.assertFalse(self.figure(self.school_b), "another school waits for its night")

    def test_button_of_the_academy(self):
        self.as_user(self.correspondent)["bde.tax.figure"].action_refresh()
        self.assertEqual(self.figure(self.school_b).school_id.id, self.school_b.id)
        self.as_user(self.bde_admin)["bde.tax.figure"].action_refresh()

    def test_no_name_and_no_other_reader(self):
        self.env["bde.tax.figure"]._cron_refresh_figures()
        Figure = self.env["bde.tax.figure"]
        named = {
            name
            for name, field in Figure._fields.items()
            if field.type in ("many2one", "one2many", "many2many")
        }
        schools = {"company_id", "school_id", "currency_id", "create_uid", "write_uid"}
        self.assertEqual(named, schools, "nothing leads to a company that gave")
        for user in (self.manager_a, self.head_a, self.secretary_a, self.teacher_a):
            with self.subTest(user.login), self.assertRaises(AccessError):
                self.as_user(user)["bde.tax.figure"].search([])
        for user in (self.correspondent, self.bde_admin):
            env = self.as_user(user)
            self.assertTrue(env["bde.tax.figure"].search([]))
            with self.assertRaises(AccessError):
                env["bde.tax.figure"].search([])[:1].write({"received_count": 3})
            for model in ("bde.tax.target", "bde.pledge", "bde.tax.receipt", "bde.tax.campaign"):
                with self.subTest(f"{user.login} on {model}"), self.assertRaises(AccessError):
                    env[model].search([])

    def test_same_statements_for_one_school_and_many(self):
        Figure = self.env["bde.tax.figure"]
        counts = []
        for schools in (self.school_a, self.schools):
            Figure._refresh([("id", "in", schools.ids)])
            before = self.env.cr.sql_log_count
            Figure._refresh([("id", "in", schools.ids)])
            counts.append(self.env.cr.sql_log_count - before)
        self.assertEqual(counts[0], counts[1])


@tagged("post_install", "-at_install")
class TestTaxSheet(HttpCase, TaxReportCase):
    """The campaign on one page, for the head and the board."""

    def text(self, pdf):
        document = pypdfium2.PdfDocument(io.BytesIO(pdf))
        pages = [page.get_textpage().get_text_range() for page in document]
        document.close()
        return [" ".join(page.split()) for page in pages]

    def test_one_page_with_the_figures_and_no_name(self):
        self.campaign.target_amount = 2600
        campaign = self.as_user(self.head_a)["bde.tax.campaign"].browse(self.campaign.id)
        [page] = self.text(campaign._sheet_pdf())
        for words in ("Taxe d’apprentissage 2025", "Lycée Ampère", "1 300 €", "50 %", "650 €"):
            self.assertIn(words.replace("\N{NO-BREAK SPACE}", " "), page)
        for partner in self.partners.values():
            self.assertNotIn(partner.name, page)

    def test_a_page_each(self):
        both = self.campaign | self.before
        pages = self.text(both.with_env(self.as_user(self.manager_a))._sheet_pdf())
        self.assertEqual(len(pages), 2)
        self.assertIn("2024", pages[1])

    def test_an_empty_campaign_has_its_page_too(self):
        empty = self.tax_campaign(self.school_a, self.training_a, self.manager_a, 2026)
        [page] = self.text(empty.with_env(self.as_user(self.manager_a))._sheet_pdf())
        self.assertIn("2026", page)

    @mute_logger("odoo.http")
    def test_address_is_for_its_readers(self):
        address = f"/bde/tax/sheet?ids={self.campaign.id}"
        self.authenticate("manager_a", "manager_a")
        answer = self.url_open(address)
        self.assertEqual(answer.headers["Content-Type"], "application/pdf")
        self.assertEqual(self.url_open("/bde/tax/sheet?ids=").status_code, 404)
        self.assertEqual(self.url_open("/bde/tax/sheet?ids=99999999999").status_code, 404)
        for login in ("manager_b", "teacher_a", "correspondent"):
            self.authenticate(login, login)
            self.assertIn(self.url_open(address).status_code, (403, 404), login)
