"""No function follows a stranger's depth by calling itself: each circle of calls is known, with what bounds it.

A new one is noticed here. Either it becomes a loop with a stack of its own, or its bound is argued in one phrase.
"""

from pathlib import Path

import pytest

from tests.support.recursion import find_circles

pytestmark = pytest.mark.large

PACKAGE = Path(__file__).parent.parent / "footprint"

# One function of each circle -> what bounds it.
BOUNDS = {
    "analysis.reach.call_names:CallNames.resolve": "_MAX_RE_EXPORTS",
    "analysis.reach.target_conditions:_truth": "a condition of 400 characters",
    "analysis.reach.target_conditions:_value": "a condition of 400 characters",
    "analysis.graph.requirement_nodes:_Builder.number": "once, for the name without the extra",
    "collect.declared.poetry:to_specifier": "once: its parts hold no `|`",
    "collect.declared.setup_literals:Literals._items": "_STEPS_AT_MOST and _DEPTH_AT_MOST",
    "collect.declared.setup_literals:Literals._text": "_STEPS_AT_MOST and _DEPTH_AT_MOST",
    "collect.declared.setup_literals:Literals._table": "_STEPS_AT_MOST and _DEPTH_AT_MOST",
    "collect.declared.setup_literals:Literals._texts": "_STEPS_AT_MOST and _DEPTH_AT_MOST",
    "collect.deploy.compose_services:_take": "_DEPTH_AT_MOST",
    "collect.deploy.follower:Follower._lines": "_LEVEL_AT_MOST",
    "collect.deploy.settings_files:evaluate": "_DEPTH_AT_MOST",
    "collect.deploy.commands.launchers:_parse_simple": "four commands inside each other",
    "collect.deploy.platforms.recipes:_task": "once, for the table of a task",
    "collect.deploy.commands.shell_lines:shell_lines": "_DEPTH_AT_MOST",
    "collect.deploy.commands.launchers:_line_tools": "four commands inside each other",
    "collect.deploy.platforms.stated:mapping": "_MERGE_DEPTH_AT_MOST",
    "collect.disk.record:_parse": "once, without the lines that hold NUL",
    "collect.disk.walk:Walk._folder": "_MAX_DEPTH",
    "collect.entries.meanings:Meanings.target": "_DEPTH_AT_MOST",
    "collect.entries.meanings:Meanings.value": "_DEPTH_AT_MOST",
    "collect.entries.meanings:Meanings._settled": "_DEPTH_AT_MOST",
    "collect.entries.served_applications:_Reading._run": "_DEPTH_AT_MOST",
    "collect.imports.frames:classify_test": "_DEPTH_AT_MOST",
    "collect.imports.flow:Flow.follow": "_DEEP and STEPS_AT_MOST",
    "collect.imports.lazy_flow:_Flow.block": "Python takes 100 levels of indentation",
    "collect.imports.lazy_list:_ContainerReader.read": "_DEEP",
    "collect.imports.ast_sites:SiteReader._block": "Python takes 100 levels of indentation and 200 of brackets",
    "collect.imports.target_tests:is_value": "_DEPTH_AT_MOST",
    "collect.imports.target_tests:_asks_of_target": "_DEPTH_AT_MOST",
    "collect.imports.target_tests:_needed": "_DEPTH_AT_MOST",
    "collect.layout.start_hook_lines:_read_program": "_DEPTH_AT_MOST",
    "collect.project_settings.variable_branches:_test_of": "_DEEPEST",
    "collect.project_settings.variable_branches:_Project.variable": "_DEEPEST",
    "collect.project_settings.classes:_fields": "_DEEPEST",
    "collect.project_settings.required_settings:_missing_in": "_MOST_AROUND",
    "collect.sources.path_changes:_FolderReader.read": "_STEPS_AT_MOST and _DEPTH_AT_MOST",
    "credentials:secrets_of_command": "each level takes away the quotes of one kind",
    "documents.baseline_document:_read_rows": "the rows of an entry name no entries",
    "documents.baseline_document:_plain": "the rows of an entry name no entries",
    "documents.baseline_document:_without_unknown": "the shape of a baseline, which is ours",
    "documents.expression_texts:TextReader.read": "TextReader.deepest",
    "documents.setup_interpolation:_Section._lines": "_DEEPEST",
    "documents.setup_interpolation:_Section._replaced": "_DEEPEST",
    "documents.newer_python:_strings": "_DEEP",
    "documents.toml:_TextPass.value": "as deep as the parser goes; where it is not enough, no lines are told",
    "report.languages.sentence_patterns:told_by": "_DEEPEST",
    "secrets:_rebuild": "the shape of an audit, which is ours",
    "probe.child.lifespan:style_of": "no call: the type of it is compared",
    "probe.child.routes:of_django": "DEEPEST",
    "probe.child.routes:of_starlette": "DEEPEST",
    "probe.shadow:_with_texts": "the shape of a runtime, which is ours",
    "report.gate.json:_encodable_names": "the shape of a baseline, which is ours",
    "report.audit.json:plain": "the shape of an audit, which is ours",
    "report.audit.schema:_value": "the types of an audit, which are ours",
    "report.audit.stored:_convert": "the types of an audit, which are ours",
}


def test_each_function_that_calls_itself_has_a_bound() -> None:
    found = {}
    for circle in find_circles(PACKAGE):
        names = {f"{module.removeprefix('footprint.')}:{name}" for module, name in circle}
        known = names & BOUNDS.keys()
        assert len(known) == 1, f"what bounds the depth of {sorted(names)}?"
        found[known.pop()] = names
    assert found.keys() == BOUNDS.keys()


def test_a_new_one_is_found(tmp_path: Path) -> None:
    folder = tmp_path / "footprint"
    folder.mkdir()
    (folder / "__init__.py").write_text("")
    (folder / "one.py").write_text("from footprint.two import b\n\ndef a(x):\n    return b(x)\n\ndef alone(): pass\n")
    (folder / "two.py").write_text(
        "from footprint import one\n\nTABLE = {1: one.a}\n\ndef b(x):\n    return TABLE[x]\n"
    )
    (folder / "three.py").write_text(
        "class C:\n    def m(self):\n        return self.n()\n\n    def n(self):\n        return self.m()\n"
    )
    circles = {frozenset(name for _, name in circle) for circle in find_circles(folder)}
    assert circles == {frozenset({"a", "b", "TABLE"}), frozenset({"C.m", "C.n"})}
