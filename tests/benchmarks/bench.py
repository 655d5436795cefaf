"""What the benchmarks of a run share: the database, two schools, and who works there."""

from . import odoo_env

YARDSTICK_LOGIN = "etalon.bench"


class Bench:
    """The data set as the benchmarks need it.

    ``large`` is the largest school, which has the 1,200 pupils of the batches; ``medium`` the one
    nearest to the mean of 300 pupils, whose manager opens the screens. ``etalon`` is a user of a
    school who has core's own rights on what the yardsticks create and read; his leads are in
    ``core_company``, which is no school: those of schools go by pipelines.
    """

    def __init__(self, registry, rounds=7):
        self.registry = registry
        self.rounds = rounds
        with registry.cursor() as cr:
            env = odoo_env.environment(cr)
            sizes = env["bde.schooling"]._read_group(
                [("date_end", "=", False)], ["company_id"], ["__count"]
            )
            sizes.sort(key=lambda pair: -pair[1])
            mean = sum(count for _school, count in sizes) / len(sizes)
            self.large = sizes[0][0].id
            self.medium = min(sizes, key=lambda pair: abs(pair[1] - mean))[0].id
            self.managers = {
                school: env["bde.membership"]
                .search([("company_id", "=", school), ("role", "=", "manager")], limit=1)
                .user_id.id
                for school in (self.large, self.medium)
            }
            self.core_company = env.ref("base.main_company").id
            self.etalon = self._yardstick_user(env)
            cr.commit()
        # a new user empties the caches: now, not after the first measure
        registry.reset_changes()

    def _yardstick_user(self, env):
        """An ordinary internal user of both schools with core's rights on contacts and leads."""
        user = env["res.users"].search([("login", "=", YARDSTICK_LOGIN)])
        if not user:
            groups = ("base.group_user", "base.group_partner_manager")
            groups += ("sales_team.group_sale_salesman_all_leads",)
            user = (
                env["res.users"]
                .with_context(no_reset_password=True)
                .create(
                    {
                        "name": "Étalon",
                        "login": YARDSTICK_LOGIN,
                        "email": "etalon@ac-banc.example",
                        "company_id": self.medium,
                        "company_ids": [(6, 0, [self.medium, self.large, self.core_company])],
                        "group_ids": [(6, 0, [env.ref(group).id for group in groups])],
                    }
                )
            )
        return user.id

    def as_manager(self, school):
        """Arguments of :func:`odoo_env.rolled_back` for the manager of a school."""
        return {"uid": self.managers[school], "company_id": school}

    def as_etalon(self, school):
        """The same for the user of the yardsticks."""
        return {"uid": self.etalon, "company_id": school}
