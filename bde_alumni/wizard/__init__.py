from . import bde_alumni_prepare, bde_alumni_sheet, bde_alumnus_join
from . import bde_alumni_call, bde_alumni_wave_add, bde_employer_register
from . import bde_event_invite, bde_job_offer_refuse, bde_mentor_ask
from . import bde_leaver_close, bde_workshop_new
from . import bde_would_you_note, mail_compose_message
