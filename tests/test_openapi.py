"""The API as its own OpenAPI has it, asked whatever that allows and much that it does not: no 500, and every answer as told."""

from collections.abc import Iterator
from contextlib import suppress

import pytest
import schemathesis
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis.errors import Unsatisfiable
from schemathesis import Case, GenerationMode
from schemathesis.specs.openapi.checks import negative_data_rejection, positive_data_acceptance

from service.doors import web

from .newsroom import DrupalSite, Newsroom
from .test_api import TOKEN, Served
from .test_web import free_port
from .watching import SETTINGS, source, watch

_CASES = 20  # of each operation and mode
# What the grammar allows may name nothing that there is, such as an unknown source; and a field of a form left empty asks for nothing.
_NOT_OURS = [positive_data_acceptance, negative_data_rejection]
_QUICKLY = {"deadline": None, "phases": [Phase.generate], "suppress_health_check": list(HealthCheck)}
_HEADERS = {"Authorization": f"Bearer {TOKEN}"}


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    site = DrupalSite(count=6)
    own = f'{SETTINGS}\n[web]\ntoken = "{TOKEN}"\nper_minute = 0\n'
    with Newsroom(site) as newsroom, watch(tmp_path_factory.mktemp("openapi"), source("news", newsroom.url), own) as watched:
        port = free_port()
        stop = web.start(watched.house, "127.0.0.1", port)
        yield Served(site, watched, f"http://127.0.0.1:{port}")
        stop()


@pytest.mark.parametrize("mode", GenerationMode)
def test_no_question_breaks_us_and_every_answer_is_as_told(served: Served, mode: GenerationMode) -> None:
    told = schemathesis.openapi.from_url(f"{served.base}/openapi.json")
    operations = [found.ok() for found in told.get_all_operations()]
    assert len(operations) > 15
    for operation in operations:

        @settings(max_examples=_CASES, database=None, derandomize=True, **_QUICKLY)
        @given(case=operation.as_strategy(generation_mode=mode))
        def ask(case: Case) -> None:
            case.call_and_validate(headers=_HEADERS, excluded_checks=_NOT_OURS)

        with suppress(Unsatisfiable):  # there is nothing to be got wrong where nothing can be asked for
            ask()
