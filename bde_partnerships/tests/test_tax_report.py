from ast import literal_eval
from datetime import date

from lxml import etree

from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged

from .tax_common import TaxCase

# What happened with each company of the campaign of 2025, and what follows from it by hand:
#
# company   list      facts                             targeted reached answered promised gave
# alpha     kept      reached, will, 1 000, gave 1 000      x       x        x        x      x
# bravo     kept      reached                               x       x
# charlie   kept      came back                             x
# delta     kept      promised 500 by phone                 x       x        x        x
# echo      left out  nothing
# foxtrot   left out  reached, said no and stop             x       x        x
# golf      kept      gave 300 without a word               x                                x
# hotel     kept      200, then corrected by -200           x
#                                                           7       4        3        2      2
CAST = {
    "alpha": {
        "reached_on": "2025-06-02",
        "answered_on": "2025-06-10",
        "answer": "will",
        "pledge_count": 1,
        "promised_amount": 1000,
        "received_amount": 1000,
        "last_year_amount": 800,
        "giving_years": 1,
        "message_sent_count": 2,
        "from_giver": True,
    },
    "bravo": {"reached_on": "2025-06-02", "message_sent_count": 3, "from_host": True},
    "charlie": {"bounced_on": "2025-06-02", "message_sent_count": 1, "from_host": True},
    "delta": {"pledge_count": 1, "promised_amount": 500, "from_alumni": True},
    "echo": {"state": "left_out", "left_out_reason": "exempt"},
    "foxtrot": {
        "state": "left_out",
        "left_out_reason": "stop",
        "reached_on": "2025-06-02",
        "answered_on": "2025-06-03",
        "answer": "no",
        "refused_on": "2025-06-03",
        "message_sent_count": 1,
    },
    "golf": {"received_amount": 300},
    "hotel": {},
}
# Potentials, so that the euros of the first stages are 100 + 200 + … of those who got there.
PAYROLLS = dict(zip(CAST, (100_000, 200_000, 300_000, 400_000, 500_000, 0, 0, 0), strict=True))


class TaxReportCase(TaxCase):
    """The cast above in school A; one company in 2024; one company in school B."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.before = cls.tax_campaign(
            cls.school_a, cls.training_a, cls.manager_a, 2024, state="closed"
        )
        cls.other = cls.tax_campaign(cls.school_b, cls.training_b, cls.manager_b)
        partners = cls.env["res.partner"].create(
            [
                {"name": name.title(), "is_company": True, "bde_employer": True, "city": "Pau"}
                for name in [*CAST, "india"]
            ]
        )
        cls.partners = dict(zip([*CAST, "india"], partners, strict=True))
        cls.targets = {name: cls.target(cls.campaign, name, facts) for name, facts in CAST.items()}
        cls.target(cls.before, "alpha", {"received_amount": 800, "message_sent_count": 1})
        cls.target(cls.before, "india", {"received_amount": 400, "message_sent_count": 2})
        cls.target(cls.other, "alpha", {"received_amount": 9999, "message_sent_count": 5})
        cls.env.flush_all()

    @classmethod
    def target(cls, campaign, name, facts):
        """A company asked, with what is known of it written as the parts write it."""
        relation = cls.env["bde.relation"]._bde_ensure(cls.partners[name], campaign.company_id)
        vals = {"campaign_id": campaign.id, "relation_id": relation.id}
        if campaign == cls.campaign:
            vals["payroll"] = PAYROLLS[name]
        target = cls.env["bde.tax.target"].create(vals)
        target.write(facts)
        return target

    def figures(self, user=None, campaign=None):
        env = self.as_user(user or self.manager_a)
        campaign = env["bde.tax.campaign"].browse((campaign or self.campaign).id)
        return campaign._funnel_figures()[campaign]


@tagged("post_install", "-at_install")
class TestTaxReport(TaxReportCase):
    """The funnel adds up by hand, and the pivot says the same."""

    def test_stages_add_up_by_hand(self):
        now = self.figures()["now"]
        self.assertEqual(now["target_count"], 7)
        self.assertEqual(now["left_out_count"], 1, "echo, to whom nothing happened")
        self.assertEqual(now["reached_count"], 4, "alpha, bravo, delta, foxtrot")
        self.assertEqual(now["answered_count"], 3, "alpha, delta, foxtrot")
        self.assertEqual(now["refused_count"], 1, "foxtrot")
        self.assertEqual(now["promised_count"], 2, "alpha, delta")
        self.assertEqual(now["received_count"], 2, "alpha, golf")
        self.assertEqual(now["unexpected_count"], 1, "golf")

    def test_the_button_counts_and_opens_whom_the_funnel_counts(self):
        campaign = self.campaign.with_env(self.as_user(self.manager_a))
        # foxtrot was left out once it had been reached: it was asked all the same
        self.assertEqual((campaign.target_count, campaign.left_out_count), (7, 1))
        search = campaign.env.ref("bde_partnerships.view_tax_target_search").sudo()
        kept = etree.fromstring(search.arch).find(".//filter[@name='kept']").get("domain")
        found = campaign.env["bde.tax.target"].search(
            [("campaign_id", "=", campaign.id), *literal_eval(kept)]
        )
        self.assertEqual(len(found), 7)
        self.assertNotIn(self.targets["echo"], found)

    def test_columns_follow_the_stages_and_none_is_empty(self):
        env = self.as_user(self.manager_a)
        own = [("campaign_id", "=", self.campaign.id)]
        # as a kanban asks
        targets = env["bde.tax.target"].with_context(read_group_expand=True)
        result = targets.web_read_group(own, ["stage"], ["__count"])
        self.assertEqual(
            [(group["stage"], group["__count"]) for group in result["groups"]],
            [("targeted", 3), ("reached", 1), ("refused", 1), ("promised", 1), ("received", 2)],
        )

    def test_a_list_of_companies_alone_does_not_hold_the_year(self):
        """Companies chosen while a campaign is prepared have no money yet: the year may change."""
        later = self.tax_campaign(
            self.school_a, self.training_a, self.manager_a, 2026, state="preparing"
        )
        target = self.target(later, "alpha", {})
        year = self.env["bde.tax.year"]._of(self.school_a, 2023)
        later.with_env(self.as_user(self.manager_a)).tax_year_id = year.id
        self.assertEqual(target.year, 2023)
        target.received_amount = -5
        with self.assertRaisesRegex(UserError, "does not change"):
            later.with_env(self.as_user(self.manager_a)).tax_year_id = self.tax_year.id

    def test_euros_add_up_by_hand(self):
        """0.09 % of the payrolls, then what was promised and received."""
        now = self.figures()["now"]
        # echo, 450 € of potential, is not on the list
        self.assertAlmostEqual(now["potential"], 90 + 180 + 270 + 360)
        self.assertAlmostEqual(now["reached_potential"], 90 + 180 + 360)
        self.assertAlmostEqual(now["answered_potential"], 90 + 360)
        self.assertAlmostEqual(now["promised_amount"], 1000 + 500)
        self.assertAlmostEqual(now["received_amount"], 1000 + 300)
        self.assertAlmostEqual(now["unexpected_amount"], 300)

    def test_the_year_before_stands_beside(self):
        before = self.figures()["before"]
        self.assertEqual((before["target_count"], before["received_count"]), (2, 2))
        self.assertAlmostEqual(before["received_amount"], 1200)
        self.assertIsNone(self.figures(campaign=self.before)["before"])

    def test_average_loyalty_and_messages(self):
        env = self.as_user(self.manager_a)
        funnel = env["bde.tax.campaign"].browse(self.campaign.id).funnel
        now = funnel["now"]
        self.assertAlmostEqual(now["average"], 650, msg="1 300 € of two givers")
        self.assertEqual((now["loyal"], now["loyal_of"]), (1, 2), "india did not come back")
        self.assertEqual(now["messages"], 2 + 3 + 1 + 1)
        self.assertAlmostEqual(now["per_message"], 1300 / 7)
        self.assertAlmostEqual(funnel["before"]["average"], 600)
        self.assertEqual(funnel["before_year"], 2024)
        self.assertEqual([one["count"] for one in funnel["stages"]], [7, 4, 3, 2, 2])
        self.assertEqual([one["before_count"] for one in funnel["stages"]], [2, 0, 0, 0, 2])
        self.assertTrue(all(one["help"] for one in funnel["stages"]), "definitions are told")

    def test_a_correction_makes_no_giver(self):
        self.targets["hotel"].received_amount = -50
        now = self.figures()["now"]
        self.assertEqual(now["received_count"], 2)
        self.assertEqual(now["target_count"], 7)
        self.assertAlmostEqual(now["received_amount"], 1250, msg="the total of the imports")

    def test_who_gave_is_counted_though_left_out(self):
        self.targets["echo"].received_amount = 10
        now = self.figures()["now"]
        self.assertEqual((now["target_count"], now["left_out_count"]), (8, 0))
        self.assertEqual(now["received_count"], 3)

    def test_a_letter_that_reached_counts_whatever_came_back(self):
        """The funnel and the stage of the company say the same."""
        charlie, bravo = self.targets["charlie"], self.targets["bravo"]
        charlie.reached_on = "2025-06-20"
        self.assertEqual(self.figures()["now"]["reached_count"], 5)
        bravo.bounced_on = "2025-06-30"
        self.assertEqual(self.figures()["now"]["reached_count"], 5)
        self.assertEqual((charlie.stage, bravo.stage), ("reached", "reached"))

    def test_pivot_and_funnel_agree(self):
        env = self.as_user(self.secretary_a)
        groups = env["bde.tax.report"]._read_group(
            [("campaign_id", "=", self.campaign.id)],
            ["source"],
            ["target_count:sum", "received_amount:sum"],
        )
        by_source = {source: tuple(sums) for source, *sums in groups}
        self.assertEqual(by_source["giver"], (1, 1000))
        self.assertEqual(by_source["host"], (2, 0))
        self.assertEqual(by_source["alumni"], (1, 0))
        self.assertEqual(by_source["hand"], (3, 300), "foxtrot, golf and hotel; echo is left out")
        now = self.figures()["now"]
        self.assertEqual(sum(count for count, _sum in by_source.values()), now["target_count"])

    def test_loyalty(self):
        self.targets["bravo"].write({"last_year_amount": 50, "giving_years": 1})
        self.targets["delta"].giving_years = 2
        lines = self.as_user(self.manager_a)["bde.tax.report"].search(
            [("campaign_id", "=", self.campaign.id)]
        )
        found = {line.partner_id.name: line.loyalty for line in lines}
        self.assertEqual(
            (found["Alpha"], found["Bravo"], found["Delta"], found["Golf"], found["Hotel"]),
            ("loyal", "lapsed", "earlier", "new", "none"),
        )

    def test_course_of_a_line(self):
        """What received the most, else what was promised to."""
        course = self.campaign.course_ids
        cook = course.copy({"name": "CAP CUISINE", "training_id": False})
        vals = {"campaign_id": self.campaign.id}
        alpha, delta = self.targets["alpha"], self.targets["delta"]
        self.env["bde.tax.receipt"].create(
            [
                {
                    **vals,
                    "target_id": alpha.id,
                    "relation_id": alpha.relation_id.id,
                    "amount": amount,
                    "course_id": one.id,
                    "transfer_on": "2025-07-11",
                }
                for one, amount in ((cook, 300), (course, 700))
            ]
        )
        self.env["bde.pledge"].create(
            {
                **vals,
                "target_id": delta.id,
                "relation_id": delta.relation_id.id,
                "amount": 500,
                "course_id": cook.id,
                "said_on": date(2025, 6, 12),
            }
        )
        env = self.as_user(self.manager_a)
        lines = env["bde.tax.report"].browse((alpha | delta | self.targets["golf"]).ids)
        self.assertEqual([line.course_id.id for line in lines], [course.id, cook.id, False])
        self.assertEqual(lines[0].training_id, self.training_a.with_env(env))
        groups = env["bde.tax.receipt"]._read_group(
            [("campaign_id", "=", self.campaign.id)], ["training_id"], ["amount:sum"]
        )
        self.assertEqual(
            {training.id: amount for training, amount in groups},
            {self.training_a.id: 700, False: 300},
        )

    # ------------------------------------------------------------
    # Who sees it
    # ------------------------------------------------------------

    def test_other_school_sees_its_own(self):
        theirs = self.figures(self.manager_b, self.other)["now"]
        self.assertEqual((theirs["target_count"], theirs["received_amount"]), (1, 9999))
        lines = self.as_user(self.manager_b)["bde.tax.report"].search([])
        self.assertEqual(lines.company_id, self.school_b.with_env(lines.env))
        with self.assertRaises(AccessError):
            self.as_user(self.manager_b)["bde.tax.report"].browse(self.targets["alpha"].id).read(
                ["received_amount"]
            )

    def test_teachers_and_the_academy_read_no_line(self):
        for user in (self.teacher_a, self.intendance_a, self.correspondent, self.bde_admin):
            with self.subTest(user.login), self.assertRaises(AccessError):
                self.as_user(user)["bde.tax.report"].search([])

    def test_a_stage_opens_its_companies(self):
        campaign = self.as_user(self.secretary_a)["bde.tax.campaign"].browse(self.campaign.id)
        action = campaign.action_open_stage("answered_count")
        found = campaign.env["bde.tax.target"].search(action["domain"])
        self.assertEqual({target.partner_name for target in found}, {"Alpha", "Delta", "Foxtrot"})
        action = campaign.action_open_stage("unexpected_count")
        found = campaign.env["bde.tax.target"].search(action["domain"])
        self.assertEqual(found.partner_name, "Golf")

    def test_every_list_stands_in_the_menu(self):
        """The web client shows a menu with items below it as a heading: nothing opens it."""
        menus = self.as_user(self.manager_a)["ir.ui.menu"].load_web_menus(False)
        tax = menus[self.env.ref("bde_partnerships.menu_tax").id]
        for section in (menus[number] for number in tax["children"]):
            with self.subTest(section["name"]):
                self.assertTrue(section["children"])
                actions = [menus[number]["actionID"] for number in section["children"]]
                self.assertTrue(all(actions))
                self.assertIn(section["actionID"], [False, *actions])
        targets = menus[self.env.ref("bde_partnerships.menu_tax_targets").id]
        self.assertIn(self.env.ref("bde_partnerships.menu_tax_target").id, targets["children"])

    def test_one_query_for_many_campaigns(self):
        env = self.as_user(self.manager_a)
        more = [
            self.tax_campaign(self.school_a, self.training_a, self.manager_a, year).id
            for year in (2023, 2026)
        ]
        counts = {}
        for ids in ([self.campaign.id], [self.campaign.id, self.before.id, *more]):
            campaigns = env["bde.tax.campaign"].browse(ids)
            campaigns._funnel_figures()
            self.env.flush_all()
            campaigns.invalidate_recordset()
            campaigns.fetch(["company_id", "year"])
            before = self.env.cr.sql_log_count
            campaigns._funnel_figures()
            counts[len(ids)] = self.env.cr.sql_log_count - before
        self.assertEqual(counts[1], counts[4])
        self.assertEqual(counts[1], 1)
