from odoo.tests import tagged

from .convention_common import ConventionCase


@tagged("post_install", "-at_install")
class TestHandoverPlacements(ConventionCase):
    """What a handover says of placements: counts by period and class, no pupil's name."""

    def handover(self):
        return self.as_user(self.head_a)["bde.handover"].create(
            {"from_user_id": self.manager_a.id, "to_user_id": self.secretary_a.id}
        )

    def lines(self, handover, kind):
        return handover.line_ids.filtered(lambda line: line.kind == kind)

    def test_periods_pupils_without_host_and_conventions_are_told(self):
        self.placement.with_env(self.as_manager).action_make_conventions()
        self.placement_adult.host_id = False
        line = self.lines(handover := self.handover(), "convention")
        self.assertEqual(line.detail, "1 conventions not yet signed")
        self.assertIn(self.placement.period_id.name, line.label)
        [without] = self.lines(handover, "placement")
        self.assertIn("pupils without a host", without.detail)
        text = " ".join(handover.line_ids.mapped(lambda x: f"{x.label} {x.detail}"))
        for pupil in self.pupils:
            self.assertNotIn(pupil.lastname, text)

    def test_they_stay_with_the_school_when_it_is_given(self):
        handover = self.handover()
        handover.action_give()
        told = handover.line_ids.filtered(
            lambda line: line.kind in ("period", "placement", "convention")
        )
        self.assertTrue(all(line.state == "info" for line in told))
