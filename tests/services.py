"""The outside services played on this machine, for tests that run without Odoo.

They are those of the module's own tests; that package cannot be imported without Odoo.
"""

import importlib.util
from pathlib import Path

_PATH = Path(__file__).parents[1] / "bde_partnerships" / "tests" / "services.py"
_spec = importlib.util.spec_from_file_location("bde_outside_services", _PATH)
_module = importlib.util.module_from_spec(_spec)
_spec.loader.exec_module(_module)

HALF, SLOW, OutsideServices = _module.HALF, _module.SLOW, _module.OutsideServices
