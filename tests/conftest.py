"""What every test may use: a data folder of its own and people with roles."""

from __future__ import annotations

import os
import tempfile

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "banyan.config.settings")
os.environ.setdefault("BANYAN_DATA_DIR", tempfile.mkdtemp(prefix="banyan-test-"))
