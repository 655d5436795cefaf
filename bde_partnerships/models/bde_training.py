from odoo import api, fields, models
from odoo.exceptions import ValidationError

from ..rules import identifiers


class BdeTraining(models.Model):
    """A training (formation) that a school offers."""

    _name = "bde.training"
    _description = "Training"
    _inherit = ["bde.owned"]
    _order = "sequence, name"
    _rec_names_search = ["name", "mef", "code"]

    name = fields.Char(required=True, help="As written on the diploma.")
    code = fields.Char(help="Short name used in the school, for instance 2 CIEL.")
    sequence = fields.Integer(default=10)
    active = fields.Boolean(default=True)
    diploma = fields.Selection(
        [
            ("cap", "CAP"),
            ("bac_pro", "Baccalauréat professionnel"),
            ("seconde_pro", "Seconde professionnelle by family of trades"),
            ("cs", "Certificat de spécialisation"),
            ("bma", "Brevet des métiers d'art"),
            ("fcil", "Formation complémentaire d'initiative locale"),
            ("bts", "BTS"),
            ("seconde_gt", "Seconde générale et technologique"),
            ("third", "Troisième prépa-métiers"),
            ("other", "Other"),
        ],
        required=True,
        default="bac_pro",
    )
    level = fields.Selection(
        [("3", "3 (CAP)"), ("4", "4 (baccalauréat)"), ("5", "5 (BTS)"), ("6", "6 (licence)")],
        string="Level of the diploma",
        compute="_compute_level",
        store=True,
        readonly=False,
        precompute=True,
        help="Level of the national framework of certifications.",
    )
    mef = fields.Char(string="MEF", index=True, help="Module élémentaire de formation: 10 digits.")
    cfd = fields.Char(string="CFD", help="Code formation diplôme: 8 digits.")
    rncp = fields.Char(string="RNCP", help="Entry of the national register of certifications.")
    hours = fields.Integer(string="Yearly hours", help="Hours taught in one school year.")
    activity_ids = fields.One2many("bde.training.activity", "training_id", string="Activities")

    _company_mef_uniq = models.UniqueIndex(
        "(company_id, mef) WHERE mef IS NOT NULL AND active",
        "The school already has a training with this MEF code.",
    )

    @api.model_create_multi
    def create(self, vals_list):
        return super().create([self._normalize_codes(vals) for vals in vals_list])

    def write(self, vals):
        return super().write(self._normalize_codes(vals))

    @api.model
    def _normalize_codes(self, vals):
        """Codes as they are compared, however they were typed."""
        vals = dict(vals)
        for name in ("mef", "cfd"):
            if vals.get(name):
                vals[name] = identifiers.compact(vals[name])
        if vals.get("rncp"):
            vals["rncp"] = identifiers.normalize_rncp(vals["rncp"])
        return vals

    def _bde_shared_code(self):
        """What tells this training from others across schools: its CFD, else its names."""
        self.ensure_one()
        return self.cfd or identifiers.compact(self.code) or identifiers.compact(self.name)

    @api.depends("diploma")
    def _compute_level(self):
        levels = {
            "cap": "3", "bac_pro": "4", "seconde_pro": "4", "cs": "4", "bma": "4", "bts": "5",
        }  # fmt: skip
        for training in self:
            training.level = levels.get(training.diploma, training.level)

    @api.constrains("mef", "cfd", "rncp")
    def _check_codes(self):
        checks = [
            ("mef", identifiers.is_mef),
            ("cfd", identifiers.is_cfd),
            ("rncp", identifiers.is_rncp),
        ]
        for training in self:
            for name, is_valid in checks:
                if training[name] and not is_valid(training[name]):
                    raise ValidationError(
                        self.env._(
                            "%(value)s is not a valid %(code)s code.",
                            value=training[name],
                            code=name.upper(),
                        )
                    )


class BdeTrainingActivity(models.Model):
    """A task or a competence that a pupil of the training may practise at a host."""

    _name = "bde.training.activity"
    _description = "Task or competence of a training"
    _inherit = ["bde.owned"]
    _order = "training_id, kind desc, sequence, id"

    training_id = fields.Many2one(
        "bde.training", required=True, index=True, ondelete="cascade", check_company=True
    )
    company_id = fields.Many2one(
        related="training_id.company_id", store=True, precompute=True, default=None
    )
    kind = fields.Selection(
        [("task", "Task"), ("competence", "Competence")], required=True, default="task"
    )
    code = fields.Char(help="As in the referential, for instance C3.")
    name = fields.Char(required=True)
    sequence = fields.Integer(default=10)
    active = fields.Boolean(default=True)

    _training_name_uniq = models.Constraint(
        "UNIQUE(training_id, kind, name)", "This activity stands there already."
    )
