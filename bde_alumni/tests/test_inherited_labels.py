from odoo.tests import TransactionCase, tagged

MISSING = """
    UPDATE ir_model_fields_selection value SET name = value.name - 'fr_FR'
      FROM ir_model_fields field
     WHERE value.field_id = field.id AND field.model = %s AND field.name = %s
"""


@tagged("post_install", "-at_install")
class TestInheritedLabels(TransactionCase):
    """Selection values of shared abstracts speak French from the first day of a database."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.env["res.lang"]._activate_lang("fr_FR")

    def _values(self, model, field):
        return self.env["ir.model.fields.selection"].search(
            [("field_id.model", "=", model), ("field_id.name", "=", field)]
        )

    def test_values_of_abstracts_have_the_words_of_the_abstract(self):
        for model, abstract, field in (
            ("bde.alumni.import", "bde.table.import", "state"),
            ("bde.alumni.letter", "bde.letter.log", "channel"),
            ("bde.stay.letter", "bde.letter.log", "bounce_reason"),
        ):
            with self.subTest(model=model):
                own, shared = self._values(model, field), self._values(abstract, field)
                for row in shared:
                    row.update_field_translations("name", {"fr_FR": f"FR {row.value}"})
                self.env.flush_all()
                # as after the first installation: the file of the abstract's module was read
                # before these rows were made
                self.env.cr.execute(MISSING, [model, field])
                self.env.invalidate_all()
                self.env["ir.module.module"]._load_module_terms(["bde_alumni"], ["fr_FR"])
                self.assertEqual(
                    {row.value: row.name for row in own.with_context(lang="fr_FR")},
                    {row.value: f"FR {row.value}" for row in shared},
                )

    def test_what_a_school_calls_it_stays(self):
        own = self._values("bde.alumni.letter", "channel")
        for row in own:
            row.update_field_translations("name", {"fr_FR": "Notre mot"})
        self.env["ir.module.module"]._load_module_terms(["bde_alumni"], ["fr_FR"])
        self.assertEqual(set(own.with_context(lang="fr_FR").mapped("name")), {"Notre mot"})
