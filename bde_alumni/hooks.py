# lines of core that security/bde_survey_core_rules.xml switches off, and its job with them:
# badges and goals of colleagues, which know no school, come with the surveys
NOT_GRANTED = (
    "gamification.goal_employee",
    "gamification.goal_portal",
    "gamification.goal_definition_employee",
    "gamification.goal_definition_portal",
    "gamification.challenge_employee",
    "gamification.challenge_portal",
    "gamification.challenge_line_employee",
    "gamification.challenge_line_portal",
    "gamification.badge_employee",
    "gamification.badge_portal",
    "gamification.badge_public",
    "gamification.badge_user_employee",
    "gamification.badge_user_portal",
    "gamification.badge_user_public",
    "gamification.gamification_karma_rank_access_public",
    "gamification.gamification_karma_rank_access_portal",
    "gamification.gamification_karma_rank_access_employee",
    "gamification.access_gamification_goal_wizard",
    "gamification.access_gamification_badge_user_wizard",
)
NOT_RUN = ("gamification.ir_cron_check_challenge",)


def uninstall_hook(env):
    """Gives back to core what was switched off for the schools."""
    for xmlid in (*NOT_GRANTED, *NOT_RUN):
        if record := env.ref(xmlid, raise_if_not_found=False):
            record.active = True
