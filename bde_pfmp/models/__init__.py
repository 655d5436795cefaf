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
from . import bde_placement_stay, bde_link_stay, bde_stay, bde_stay_letter
from . import bde_visit, bde_placement_visits
from . import bde_visit_alert, bde_visit_plan, bde_visit_round, bde_visit_calendar
from . import bde_visit_report, bde_visit_phone
from . import bde_mileage, bde_mileage_file
from . import bde_home_visits, bde_timeline_visits
from . import bde_grid, bde_grid_item, bde_grid_national, bde_evaluation, bde_placement_evaluation
from . import bde_absence, bde_placement_presence
from . import bde_question, bde_rating, bde_rating_placement
from . import bde_site_quality, bde_site_document, bde_site_block, bde_site_reply, bde_site_update
from . import bde_rating_moderation, bde_rating_stay, bde_rating_host
from . import bde_site_quality_refresh, bde_site_block_verbs, bde_site_confirm
from . import bde_quality_relation, bde_quality_home, bde_placement_reach, bde_pupil_thread
from . import bde_allowance_rate, bde_allowance, bde_allowance_schooling
from . import bde_allowance_store, bde_allowance_refresh, bde_gratification
from . import bde_allowance_file, bde_allowance_year
from . import bde_aplypro_line, bde_aplypro_import, bde_home_allowance
from . import bde_departure, bde_departure_verbs, bde_departure_list, bde_away
from . import bde_tutor_sheet, bde_tutor_page
from . import bde_claim_cap, bde_claim, bde_claim_count, bde_claim_verbs, bde_claim_stay
from . import bde_claim_payee
from . import bde_home_claims
from . import bde_evaluation_fill, bde_evaluation_stay, bde_evaluation_table
from . import bde_presence, bde_presence_alert, bde_presence_stay, bde_home_presence
from . import bde_absence_stay
from . import bde_incident, bde_incident_verbs, bde_incident_sheet, bde_incident_stay
from . import bde_harm_report, bde_home_incident
from . import bde_booklet
from . import bde_grid_sheet
from . import bde_attestation, bde_attestation_convention, bde_attestation_document
from . import bde_attestation_follow, bde_attestation_stay, bde_next_year, bde_stay_links
from . import bde_attestation_together, bde_link_renew
from . import bde_closing, bde_period_report, bde_home_closing
from . import bde_presence_silence
from . import bde_home_evaluation
from . import bde_visit_rating
