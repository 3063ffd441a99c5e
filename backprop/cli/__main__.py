"""``python -m backprop.cli``: the command where no script is on the path."""

import sys

from backprop.cli.command import main

sys.exit(main())
