from . import test_batch
from . import test_schedule_rules
from . import test_weeks_rules
from . import test_terms_rules
from . import test_hosting_form_rules
from . import test_period_rules
from . import test_period
from . import test_placement
from . import test_school_files
from . import test_import
from . import test_isolation
from . import test_hosting
from . import test_hosting_public
from . import test_student
from . import test_placement_follow
from . import test_relation_hosted
from . import test_convention_rules
from . import test_convention
from . import test_convention_correction
from . import test_convention_pdf
from . import test_document_template
from . import test_convention_answers
from . import test_convention_attestation
from . import test_home_pupils
from . import test_import_plan
from . import test_hosting_browser
from . import test_school_figures
from . import test_hostile
from . import test_menus
from . import test_merge_links
from . import test_handover
from . import test_directory_placements
from . import test_amendment
from . import test_amendment_correction
from . import test_interrupt
from . import test_legal_rules
from . import test_law
from . import test_guardian_signing
from . import test_convention_reach
from . import test_template_own
from . import test_convention_languages
from . import test_hostile_life
from . import test_stay
from . import test_stay_browser, test_stay_end, test_stay_renew
from . import test_presence_rules, test_absence, test_presence, test_accident_rules, test_incident
from . import test_harm_report
from . import test_allowance_rules, test_allowance, test_allowance_worked
from . import test_aplypro_rules, test_aplypro_import, test_gratification
from . import test_grid, test_evaluation, test_evaluation_browser, test_booklet
from . import test_grid_sheet
from . import test_visit_rules, test_visit, test_visit_page, test_visit_round
from . import test_departure_rules, test_departure, test_tutor_page, test_claim
from . import test_claim_payee
from . import test_quality_reach, test_quality_refresh, test_quality_rules
from . import test_rating, test_rating_page, test_site_block, test_site_confirm
from . import test_attestation
from . import test_attestation_together
from . import test_closing
from . import test_hostile_stay, test_hostile_staff, test_hostile_files, test_hostile_quality
from . import test_hostile_roads
from . import test_public_tasks
