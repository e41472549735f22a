"""`footprint image`."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from footprint.cli.arguments import Argument, Given
from footprint.config.settings_table import Setting, format_row, output_row, rows

if TYPE_CHECKING:
    from collections.abc import Callable

    from footprint.image.image_start import ImageStartOptions
    from footprint.model.image_report import ImageDifference, ImageReport

ABOUT = """\
Weigh a container image: every layer, whose bytes it holds, what is hidden, doubled or left over. No daemon is asked.

PATH is an OCI layout, an archive of `docker save`, or an oci-archive. It is read as a stream and not unpacked; nothing
in it is started. `footprint image --diff OLD NEW` tells what changed. With --start its code runs: unpacked to a
temporary folder, in namespaces of its own, with the network of this machine."""
_TIMEOUT_S = 60.0
TAKES = (
    Argument("path", "The image: a folder with an OCI layout, or an archive.", "path", metavar="PATH"),
    Setting("diff", "path", "Tell what is otherwise than in this image.", "OLD"),
    Setting("ref", "text", "Which image, by its name or tag, where there are several.", "NAME"),
    Setting("platform", "text", "Which platform, where there are several; else that of this machine.", "OS/ARCH"),
    Setting("project", "path", "The project whose deploy files say whether there is a GPU. Default: this folder.",
            "DIR", default=Path()),
    Setting("start", "switch", "Unpack it to a temporary folder, start its entry there, measure its memory (Linux)."),
    *rows("limit timeout env-file set top"),
    format_row("Standard output: table, markdown or json."),
    output_row("Write this format to a file as well. Repeatable."),
)  # fmt: skip


def run(given: Given) -> None:
    """Read, print and write. Raises: UsageError, ImageUnreadable."""
    from footprint.cli.outputs import Outputs, refuse
    from footprint.cli.printing import announced, make_view
    from footprint.report import formats

    outputs = Outputs.read(given, formats.IMAGE, "markdown:image.md")
    with announced(None) as show:
        report = _examine(given, show)
    view = make_view("disk", given["top"])
    refuse(outputs.write(lambda name, shown: formats.render(name, report, shown), view))


def _start_options(given: Given) -> ImageStartOptions | None:
    """Return how to start it, None where nobody asks. Raises: UsageError."""
    from footprint.errors import UsageError

    if not given["start"]:
        alone = next(
            (name for name in ("limit", "timeout_s", "environment") if given.get(name) not in (None, {})), None
        )
        if alone is not None:
            flags = {"timeout_s": "--timeout", "environment": "--set and --env-file"}
            raise UsageError(f"{flags.get(alone, '--limit')}: only with --start")
        return None
    from footprint.audit.entry_limits import find_limits
    from footprint.collect.deploy import read_deploy_files
    from footprint.config.options import TargetOptions
    from footprint.image.image_start import ImageStartOptions

    if given["diff"] is not None:
        raise UsageError("--start starts one image: leave --diff out")
    stated = () if given["limit"] is not None else read_deploy_files(given["project"]).limits
    limit = find_limits(TargetOptions(limit=given["limit"]), (), stated).whole
    timeout_s = _TIMEOUT_S if given["timeout_s"] is None else given["timeout_s"]
    if timeout_s <= 0:
        raise UsageError("--timeout must be more than 0 seconds")
    return ImageStartOptions(timeout_s, given.get("environment", {}), limit)


def _examine(given: Given, show: Callable[[str], None]) -> ImageReport | ImageDifference:
    from footprint.collect.images.manifests import WantedImage
    from footprint.errors import UsageError
    from footprint.image.whole_image import examine_image

    project: Path = given["project"]
    if not project.is_dir():
        raise UsageError(f"--project {project} is not a folder")
    wanted = WantedImage(given["ref"], given["platform"])
    now = examine_image(given["path"], wanted, project, show, _start_options(given))
    if given["diff"] is None:
        return now
    from footprint.analysis.images.image_changes import compare_images

    return compare_images(examine_image(given["diff"], wanted, project, show), now)
