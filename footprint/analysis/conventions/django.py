"""Django: the settings, what they install, and what is looked up in an application by name.

Source: Django's documentation of settings, applications, management commands, templates tags and migrations.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from footprint.analysis.conventions.scene import Lead, Scene
from footprint.knowledge.frameworks import installs
from footprint.late import late_pattern
from footprint.model.source_modules import Reference, SourceModule
from footprint.names import ModuleName

# What django.setup() loads of an application, and what is looked up there later: by Django, then by wide-spread
# applications (signals, receivers and tasks are habits rather than rules, but a maybe is no "unreached").
_AT_SETUP = ("apps", "models")
_LATER = ("admin", "templatetags", "management", "migrations")
_BY_OTHERS = ("signals", "receivers", "tasks", "translation", "wagtail_hooks", "search_indexes", "rules", "checks")
# What commands of manage.py and workers load, each in a process of its own.
_BESIDE = frozenset({"management", "migrations", "tasks.py", "tasks"})
_STARTERS = frozenset({"django", "django.core.wsgi", "django.core.asgi", "django.core.management"})
_SETTINGS_GIVEN = late_pattern(r"(?:\bDJANGO_SETTINGS_MODULE=|--settings[= ])['\"]?([A-Za-z_]\w*(?:\.\w+)*)")


def started(scene: Scene) -> Iterable[Lead]:
    """Yield the settings that the command names."""
    for name in _SETTINGS_GIVEN.findall((scene.entry.command or "")[:10_000]):
        yield from scene.leads(scene.first_party.files_of(name), "startup", scene.by_launcher(name))


def named(reference: Reference, scene: Scene) -> Iterable[Lead]:
    """Yield what an application in INSTALLED_APPS brings, and settings named anywhere."""
    if installs(reference.place):
        package = _package_of(reference, scene)
        if scene.applications.setdefault(package, reference) is reference:
            yield from _brought_by(package, reference, scene)
    elif any(word.rpartition(".")[2] == "autodiscover_modules()" for word in reference.place):
        scene.discovered.setdefault(reference.module, reference)
    elif "." in reference.module:
        files = scene.named_by(reference)
        if any("INSTALLED_APPS" in file.binds for file in files):
            yield from scene.leads(files, "startup", reference)


def settled(scene: Scene) -> Iterable[Lead]:
    """Yield the modules that some application looks for in all of them, and settings that the host would name."""
    if not scene.applications:
        yield from _settings_in_reserve(scene)
    for name, reference in scene.discovered.items():
        for package in scene.applications:
            yield from scene.leads_to(f"{package}.{name}", reference)


def _settings_in_reserve(scene: Scene) -> Iterator[Lead]:
    """Yield every settings module, where Django is started and no settings are named: the host's variable chooses.

    mailman-web's host keeps a file that takes all from mailman_web.settings.base.
    """
    reached = (scene.by_path[path] for path in tuple(scene.reached))
    starts = next((site for file in reached for site in file.sites if site.module in _STARTERS), None)
    for file in scene.by_path.values() if starts is not None else ():
        if "INSTALLED_APPS" in file.binds and file.role == "app":
            yield Lead(file, "lazy", starts)


def _package_of(reference: Reference, scene: Scene) -> ModuleName:
    """Return the package that "blog", "blog.apps.BlogConfig" or "blog.BlogConfig" installs."""
    name = reference.module
    if scene.first_party.find(name) is not None or scene.folder_of(name) is not None:
        return name
    owner = name.rpartition(".")[0]
    found = scene.first_party.find(owner)
    return owner if found is None or found.is_package else owner.rpartition(".")[0]


def _brought_by(package: ModuleName, reference: Reference, scene: Scene) -> Iterator[Lead]:
    files = {file.path: file for file in (*scene.first_party.files_of(package), *scene.named_by(reference))}
    for stem in _AT_SETUP:
        if scene.first_party.find(f"{package}.{stem}") is not None:
            files |= {file.path: file for file in scene.first_party.files_of(f"{package}.{stem}")}
    for file in files.values():
        yield Lead(file, "startup", reference, _ready_functions(file))
    folder = scene.folder_of(package)
    for file in scene.files_below(folder) if folder else ():
        stem, slash, _ = file.path[len(folder or "") + 1 :].partition("/")
        # By path, since migrations such as 0001_initial.py have no name that a statement could import.
        if stem.removesuffix(".py") in (_LATER if slash else (*_LATER, *_BY_OTHERS)):
            yield Lead(file, "lazy", reference, beside=stem in _BESIDE and not _is_commanded(file, scene))


def _is_commanded(file: SourceModule, scene: Scene) -> bool:
    """Whether the entry is this very command: `python manage.py work`."""
    return file.path.rpartition("/")[2].removesuffix(".py") in (scene.entry.command or "")[:10_000].split()


def _ready_functions(file: SourceModule) -> tuple[str, ...]:
    """Return the methods that setup calls: `ready` of the application's configuration."""
    stated = [*(site.function for site in (*file.sites, *file.references)), *(calls.function for calls in file.calls)]
    return tuple(dict.fromkeys(name for name in stated if name and name.endswith(".ready")))
