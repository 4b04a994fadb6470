"""Tests of imports share files of odd input, whose checks are to say what differs."""

import pytest

pytest.register_assert_rewrite("odd_files")
