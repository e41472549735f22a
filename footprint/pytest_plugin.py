"""Plugin of pytest: the memory of a start, and what it may load, as tests.

The fixture `footprint_start` measures an entry in a process of its own, once per session:

    def test_web_starts_without_torch(footprint_start):
        web = footprint_start("backend.main:app")
        web.assert_not_loaded("torch", "pandas.*")
        web.assert_at_most(anon="150 MiB")

The marker asks the same before the body of a test runs. A start takes as long as it takes, so marked tests are skipped
unless `--footprint` is given; who asks for the fixture gets its figures with or without that option:

    @pytest.mark.footprint(entry="backend.main:app", max_anon="150 MiB", forbid=["torch"])
    def test_web_stays_small(): ...

`pytest --footprint` runs each rule of `footprint check` for the project at the rootdir as a test besides; with
`-m footprint` nothing else runs. Settings are those of its `[tool.footprint]`. Processes of pytest-xdist wait for each
other's starts and share the figures.

This module is loaded in every run of pytest in an environment that has footprint: it loads nothing that pytest has not
loaded, and the rest of footprint when it is asked for. tests/integration/test_pytest_plugin.py holds it to that.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from collections.abc import Callable

    from footprint.testing.start_assertions import Start

_MARKER = (
    "footprint(entry=None, max_anon=None, max_rss=None, forbid=()): with --footprint, start the entry in a process of "
    'its own and fail when it takes more memory than "150 MiB" or loads a forbidden module or distribution; '
    "without --footprint the test is skipped"
)


def pytest_addoption(parser: pytest.Parser) -> None:
    """Add the options."""
    group = parser.getgroup("footprint", "memory and imports of the application's start")
    group.addoption(
        "--footprint",
        action="store_true",
        dest="footprint",
        help="run the rules of `footprint check` for the project at the rootdir as tests, and tests marked `footprint`",
    )
    group.addoption(
        "--footprint-entry",
        action="append",
        dest="footprint_entry",
        metavar="ENTRY",
        help="what starts the application: module:attr, a file or '-m module'; may be repeated (default: as in "
        "[tool.footprint], or found in the project's deploy files)",
    )
    group.addoption(
        "--footprint-env",
        dest="footprint_env",
        metavar="DIR",
        help="environment to start it in (default: as in [tool.footprint], or the one that runs pytest)",
    )
    group.addoption(
        "--footprint-trust-settings",
        action="store_true",
        dest="footprint_trust_settings",
        help="let [tool.footprint] of the project lead out of its git work tree",
    )


def pytest_report_header(config: pytest.Config) -> list[str]:
    """Say what will be started, where rules are asked for."""
    if not config.getoption("footprint") or config.option.collectonly:
        return []
    from footprint.testing.pytest_session import announce

    return announce(config)


def pytest_configure(config: pytest.Config) -> None:
    """Make the marker known."""
    config.addinivalue_line("markers", _MARKER)


@pytest.fixture(scope="session")
def footprint_start(pytestconfig: pytest.Config) -> Callable[..., Start]:
    """Measure the start of an entry, once per session: `footprint_start("app.main:app", env={"PORT": "1"})`.

    Gives rss_bytes, anon_bytes, distributions, modules, assert_not_loaded("torch"), assert_at_most(anon="150 MiB").
    """
    from footprint.testing import pytest_session as session

    return session.of(pytestconfig).begin().start


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(session: pytest.Session, config: pytest.Config, items: list[pytest.Item]) -> None:
    """Have marked tests judged, or skipped without the option; with it add the rules of the check."""
    marked = [item for item in items if item.get_closest_marker("footprint") is not None]
    if marked:
        from footprint.testing import marker

        config.pluginmanager.register(marker, "footprint-marker")
    if config.getoption("footprint"):
        from footprint.testing.items import collect_rules

        items += collect_rules(session)
    else:
        for item in marked:
            item.add_marker(pytest.mark.skip(reason="needs --footprint"))
