"""No test is about the deployment that the environment of the terminal names."""

from __future__ import annotations

import os

from tests.no_deployment import name_no_deployment

name_no_deployment(os.environ)
