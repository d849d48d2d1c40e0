"""`python -m sqlcore_mcp`, the same as `sqlcore-mcp`."""

import sys

from sqlcore_mcp.cli import main

sys.exit(main())
