from odoo.exceptions import AccessError
from odoo.fields import Command
from odoo.tests import tagged

from odoo.addons.bde_partnerships.tests.common import BdeCase


@tagged("post_install", "-at_install")
class TestHostileLife(BdeCase):
    """Staff who point to what is not theirs."""

    def test_an_import_takes_no_file_of_somebody_else(self):
        """Files of an import follow its rights: one that its user may not read stays as it is."""
        theirs = self.env["ir.attachment"].create(
            {
                "name": "notes.csv",
                "raw": b"secret of school B",
                "res_model": "res.company",
                "res_id": self.school_b.id,
                "company_id": self.school_b.id,
            }
        )
        hidden = self.env["ir.attachment"].create(
            {"name": "server.txt", "raw": b"of the server alone"}
        )
        shown = self.env["ir.attachment"].create(
            {"name": "shown.txt", "raw": b"for all", "public": True}
        )
        env = self.as_user(self.secretary_a)
        values = {"company_id": self.school_a.id, "school_year_id": self.year.id}
        record = env["bde.import"].create(values)
        for file in (hidden, theirs, shown):
            with self.subTest(file=file.name):
                files = {"attachment_ids": [Command.set(file.ids)]}
                with self.assertRaises(AccessError):
                    env["bde.import"].create(values | files)
                with self.assertRaises(AccessError):
                    record.write(files)
                self.assertNotEqual(file.res_model, "bde.import")
