# lines of core that security/bde_core_rules.xml, bde_tax_letter_rules.xml and
# bde_event_rules.xml switch off
NOT_GRANTED = (
    "utm.access_utm_campaign_user",
    "utm.access_utm_medium_user",
    "utm.access_utm_source_user",
    "utm.access_utm_stage_user",
    "utm.access_utm_tag_user",
    "digest.access_digest_digest_user",
    "sales_team.access_crm_team_member_user",
    "link_tracker.access_link_tracker_user",
    "link_tracker.access_link_tracker_code_user",
    "link_tracker.access_link_tracker_click_user",
    "barcodes.access_barcode_nomenclature_user",
    "barcodes.access_barcode_rule_user",
)


def uninstall_hook(env):
    """Takes back what no XML id of ours names: guard of the journal, rules and rights of core."""
    env["bde.journal"]._drop_trigger()
    env["ir.rule"]._bde_unscope_optional_models()
    for xmlid in NOT_GRANTED:
        if access := env.ref(xmlid, raise_if_not_found=False):
            access.active = True
    if rule := env.ref("crm.crm_lead_company_rule", raise_if_not_found=False):
        # as core has it; see crm.lead._bde_flatten_core_rule
        rule.domain_force = "[('company_id', 'in', company_ids + [False])]"
    for name in ("event_event_company_rule", "event_registration_company_rule"):
        if rule := env.ref(f"event.{name}", raise_if_not_found=False):
            # as core has it; see event.event._bde_flatten_core_rules
            rule.domain_force = "[('company_id', 'in', company_ids + [False])]"
