from . import test_memberships
