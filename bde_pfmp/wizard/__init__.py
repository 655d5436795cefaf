from . import bde_allowance_export
from . import bde_hosting_return, bde_hosting_sheet, bde_placement_referent
from . import bde_convention_report
from . import bde_employer_register
from . import bde_interrupt
from . import bde_rule_override_wizard
from . import bde_template_look
from . import bde_batch_wizard
from . import bde_departure_wizard, bde_claim_refuse
from . import bde_evaluation_aside, bde_evaluation_start, bde_grid_import
from . import bde_visit_round_wizard
from . import bde_rating_hide, bde_rating_wizard, bde_site_block_answer
from . import bde_harm_tell
from . import bde_closing_wizard, bde_stay_send
