"""The machine as its files tell of it: names that may stand in a report, and limits of every kind of control group."""

from __future__ import annotations

import os
import re
from dataclasses import astuple
from pathlib import Path

import pytest

from footprint.collect.machine import read_machine, read_measurement
from footprint.units import MIB
from tests.support.projects import write

UNIFIED = "0::/app.slice/web\n"
FIRST_KIND = "4:memory:/docker/abc\n2:cpu,cpuacct:/docker/abc\n0::/\n"
# files of the machine -> memory_limit_bytes, processor_limit_millis
GROUPS: dict[str, tuple[dict[str, str], tuple[int | None, int | None]]] = {
    "none": ({}, (None, None)),
    "no limit": (
        {"proc/self/cgroup": UNIFIED, "sys/fs/cgroup/app.slice/web/memory.max": "max\n"}
        | {"sys/fs/cgroup/app.slice/web/cpu.max": "max 100000\n"},
        (None, None),
    ),
    "its own": (
        {"proc/self/cgroup": UNIFIED, "sys/fs/cgroup/app.slice/web/memory.max": "536870912\n"}
        | {"sys/fs/cgroup/app.slice/web/cpu.max": "50000 100000\n"},
        (512 * MIB, 500),
    ),
    "of a group above": (
        {"proc/self/cgroup": UNIFIED, "sys/fs/cgroup/app.slice/memory.max": "268435456\n"}
        | {"sys/fs/cgroup/app.slice/web/memory.max": "536870912\n", "sys/fs/cgroup/cpu.max": "200000 100000"},
        (256 * MIB, 2000),
    ),
    "at the top, as a container sees it": (
        {"proc/self/cgroup": "0::/\n", "sys/fs/cgroup/memory.max": "1048576"},
        (MIB, None),
    ),
    "outside of what is shown": (
        {"proc/self/cgroup": "0::/../../other\n", "sys/fs/cgroup/memory.max": "1048576"},
        (MIB, None),
    ),
    "the first kind": (
        {"proc/self/cgroup": FIRST_KIND, "sys/fs/cgroup/memory/docker/abc/memory.limit_in_bytes": "536870912"}
        | {"sys/fs/cgroup/cpu,cpuacct/docker/abc/cpu.cfs_quota_us": "150000"}
        | {"sys/fs/cgroup/cpu,cpuacct/docker/abc/cpu.cfs_period_us": "100000"},
        (512 * MIB, 1500),
    ),
    "the first kind, none": (
        {"proc/self/cgroup": FIRST_KIND, "sys/fs/cgroup/memory/memory.limit_in_bytes": "9223372036854771712"}
        | {"sys/fs/cgroup/cpu,cpuacct/cpu.cfs_quota_us": "-1", "sys/fs/cgroup/cpu,cpuacct/cpu.cfs_period_us": "100000"},
        (None, None),
    ),
    "no numbers": (
        {"proc/self/cgroup": UNIFIED, "sys/fs/cgroup/memory.max": "much", "sys/fs/cgroup/cpu.max": "1 0"},
        (None, None),
    ),
}


@pytest.mark.parametrize("case", GROUPS)
def test_limits_of_control_groups(tmp_path: Path, case: str) -> None:
    files, limits = GROUPS[case]
    found = read_machine(write(tmp_path, files))
    assert (found.memory_limit_bytes, found.processor_limit_millis) == limits


NAMES: dict[str, tuple[dict[str, str], str, str | None]] = {
    "x86": ({"proc/cpuinfo": "model name\t: AMD EPYC  7763\n\nmodel name\t: Two\n"}, "processor", "AMD EPYC 7763"),
    "ARM": ({"proc/cpuinfo": "processor: 0\nCPU part: 0xd0c\nModel: Raspberry Pi 5\n"}, "processor", "Raspberry Pi 5"),
    "no name": ({"proc/cpuinfo": "CPU part: 0xd0c\nmodel name:\n"}, "processor", None),
    "no such file": ({}, "processor", None),
    "a name without end": ({"proc/cpuinfo": f"model name: {'x' * 9000}"}, "processor", "x" * 120),
    "system": ({"etc/os-release": 'ID=debian\nPRETTY_NAME="Debian 12"\n'}, "distribution", "Debian 12"),
    "system elsewhere": ({"usr/lib/os-release": "PRETTY_NAME=Alpine\n"}, "distribution", "Alpine"),
    "no system": ({"etc/os-release": "ID=x\n"}, "distribution", None),
    "docker": ({".dockerenv": ""}, "container", "docker"),
    "podman": ({"run/.containerenv": ""}, "container", "podman"),
    "systemd": ({"run/systemd/container": "lxc\n"}, "container", "lxc"),
    "no container": ({}, "container", None),
}  # fmt: skip


@pytest.mark.parametrize("case", NAMES)
def test_names(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, case: str) -> None:
    monkeypatch.delenv("KUBERNETES_SERVICE_HOST", raising=False)
    files, field, value = NAMES[case]
    assert getattr(read_machine(write(tmp_path, files)), field) == value


def test_a_cluster_is_known_by_its_variable(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("KUBERNETES_SERVICE_HOST", "10.0.0.1")
    assert read_machine(write(tmp_path, {".dockerenv": ""})).container == "kubernetes"


def test_this_machine() -> None:
    found = read_measurement()
    assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ", found.at)
    assert (found.machine.system, found.machine.architecture) == (os.uname().sysname, os.uname().machine)
    assert found.machine.memory_bytes and found.machine.memory_bytes > 64 * MIB


def test_nobody_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    names = os.uname()
    named = os.uname_result((names.sysname, "host-of-ada", names.release, names.version, names.machine))
    monkeypatch.setattr(os, "uname", lambda: named)
    for variable in ("USER", "LOGNAME", "HOME", "HOSTNAME"):
        monkeypatch.setenv(variable, "/home/ada")
    told = " ".join(map(str, astuple(read_machine(write(tmp_path, {"etc/hostname": "host-of-ada"})))))
    assert names.release in told and "ada" not in told
