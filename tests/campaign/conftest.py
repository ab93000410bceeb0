import pytest

pytest.register_assert_rewrite("tests.campaign.verdict")  # so that its assertions say what they saw
