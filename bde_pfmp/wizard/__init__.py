from . import bde_hosting_return, bde_hosting_sheet, bde_placement_referent
from . import bde_convention_report
from . import bde_employer_register
from . import bde_interrupt
from . import bde_rule_override_wizard
