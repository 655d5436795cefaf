from .common import BdeCase
from .services import OutsideServices


class ServicesCase(BdeCase):
    """Schools and companies with the outside services played on this machine."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.services = OutsideServices()
        cls.addClassCleanup(cls.services.close)
        for key, value in cls.services.parameters.items():
            cls.env["ir.config_parameter"].set_param(key, value)

    def setUp(self):
        super().setUp()
        self.services.recover()
        self.services.units.clear()
        self.services.places.clear()
        self.services.requests.clear()

    @classmethod
    def switch_off(cls, key):
        """As the administrator does in the settings."""
        cls.env["ir.config_parameter"].set_param(key, False)

    @classmethod
    def make_employer(cls, siret, name, **vals):
        return cls.env["res.partner"].create(
            {
                "name": name,
                "company_registry": siret,
                "bde_employer": True,
                "is_company": True,
                "country_id": cls.env.ref("base.fr").id,
            }
            | vals
        )

    def changes(self, partner):
        """{field: (before, after)} of the history, with its source checked to be SIRENE."""
        lines = partner.bde_change_ids
        self.assertLessEqual(set(lines.mapped("source")), {"sirene"})
        return {line.field: (line.old_value or "", line.new_value or "") for line in lines}
