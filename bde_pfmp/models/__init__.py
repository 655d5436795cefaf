# ruff: noqa: I001 (a base is imported before what inherits it)
from . import bde_imported
from . import (
    bde_division,
    bde_guardian,
    bde_home_pupils,
    bde_import,
    bde_import_apply,
    bde_import_line,
    bde_import_words,
    bde_membership,
    bde_schooling,
    bde_student,
    bde_teacher,
    res_users,
)
from . import bde_rule
from . import bde_period, bde_placement, bde_placement_alert, bde_placement_limit
from . import bde_hosting, bde_link
from . import bde_document, bde_document_template
from . import bde_convention
from . import bde_convention_attestation
from . import bde_convention_content
from . import bde_convention_page
from . import bde_convention_checks
from . import bde_convention_abroad, bde_convention_mentions, bde_country_sheet
from . import bde_convention_wording, bde_training
from . import bde_convention_parties
from . import bde_convention_signatory
from . import bde_placement_convention
from . import bde_convention_changes
from . import bde_rule_override
from . import bde_guardian_signing
from . import res_company
from . import bde_home, bde_home_law, bde_placement_follow
from . import bde_school_figures
from . import bde_relation
from . import bde_convention_trainings
from . import bde_handover
from . import bde_placement_chain, bde_placement_term
from . import bde_amendment, bde_amendment_content, bde_amendment_document
from . import bde_amendment_checks, bde_amendment_verbs
from . import bde_convention_amend, bde_convention_interrupt, bde_placement_interrupt
from . import bde_delivery, bde_timeline_amendment
from . import bde_batch
