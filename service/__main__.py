"""``python -m service`` is ``presswatch``."""

from service.doors.cli import main

raise SystemExit(main())
