"""Calls that load all modules of a package, or the one that they name: Pyramid's configurator and what is like it."""

from collections.abc import Mapping

from tests.cases.case import NOOP, Case, libs

SITE = libs("a b")
HEAD = "def main(config):\n"
VIEWS = {"shop/__init__.py": "", "shop/views/__init__.py": "", "shop/views/deep/__init__.py": "",
         "shop/views/deep/cart.py": "import a\n"}  # fmt: skip
FROM_VIEWS = {"a": "startup certain shop/views/deep/cart.py:1"}
STAYS = {"a": "unreached shop/views/deep/cart.py:1"}
MODULE = {"shop/__init__.py": "", "shop/views.py": "import a\n"}
FROM_MODULE = {"a": "startup certain shop/views.py:1"}
NOT_MODULE = {"a": "unreached shop/views.py:1"}


def started(text: str, files: Mapping[str, str], *, at: str = "shop/app.py") -> dict[str, str]:
    """A project whose `main` runs at the start, with the lines of `text` in it."""
    body = "".join(f"    {line}\n" for line in text.splitlines())
    module = at.removesuffix("/__init__.py").removesuffix(".py").replace("/", ".")
    return {
        **files,
        at: f"{files.get(at, '')}{HEAD}{body}",
        "run.py": f"from {module} import main\nmain(object())\n",
        "Procfile": "web: python run.py\n",
        "requirements.txt": "a\nb\n",
    }


# Lines that load the whole of shop.views.
SCANS = {
    "kinto: config.scan": "config.scan('shop.views')",
    "kinto sibling: with more": "config.scan('shop.views', ignore=['shop.tests'])",
    "kinto sibling: by keyword": "config.scan(package='shop.views')",
    "kinto sibling: beside the caller": "config.scan('.views')",
    "kinto sibling: the caller's own package": "config.scan()",
    "kinto sibling: its own package, and what is left out": "config.scan(ignore='.tests')",
    "kinto sibling: an object": "import shop.views\nconfig.scan(shop.views)",
    "kinto sibling: an object by its name": "from shop import views\nconfig.scan(views)",
    "kinto sibling: an attribute": "self.config.scan('shop.views')",
    "kinto sibling: another name": "configurator.scan('shop.views')",
    "kinto sibling: venusian": "scanner.scan('shop.views')",
    "kinto sibling: wired": "container.wire(packages=['shop.views'])",
    "kinto sibling: werkzeug": "for name in find_modules('shop.views', recursive=True):\n    import_string(name)",
    "kinto sibling: extensions": "bot.load_extensions('shop.views')",
}
NOT_SCANS = {
    "another package": "config.scan('shop.models')",
    "a module of its own name": "config.scan('views')",
    "of something else": "redis.scan('shop')",
    "of something else, without": "disk.scan()",
    "of something else, a value": "disk.scan(shop)",
    "a key": "config = {'scan': 'shop'}",
    "never called": "def other():\n    config.scan('shop.views')",
}

# Lines that load shop.views, and run its function.
INCLUDES = {
    "kinto: config.include": "config.include('shop.views')",
    "kinto sibling: beside the caller": "config.include('.views')",
    "kinto sibling: under a prefix": "config.include('.views', route_prefix='/x')",
    "discord: an extension": "bot.load_extension('shop.views')",
}

CLAUSES: Mapping[str, Mapping[str, Case]] = {
    "all modules of a package": {
        **{name: Case(started(text, VIEWS), FROM_VIEWS) for name, text in SCANS.items()},
        "kinto sibling: from the package itself": Case(
            started("config.scan()", VIEWS, at="shop/__init__.py"), FROM_VIEWS),
        "kinto sibling: a single module": Case(started("config.scan('.views')", MODULE), FROM_MODULE),
        "kinto sibling: in what is included": Case(
            started("config.include('shop.api')",
                    {**VIEWS, "shop/api.py": "def includeme(config):\n    config.scan('.views')\n"}), FROM_VIEWS),
        **{f"{NOOP} kinto sibling: {name}": Case(started(text, VIEWS), STAYS)
           for name, text in NOT_SCANS.items() if name != "never called"},
        "kinto sibling: in what is called later": Case(
            started(NOT_SCANS["never called"], VIEWS), {"a": "lazy shop/views/deep/cart.py:1"}),
        "noop: kinto sibling: tests of the package": Case(
            started("config.scan()", {"shop/__init__.py": "", "shop/tests/__init__.py": "",
                                      "shop/tests/test_x.py": "import b\n"}), {"b": "tests shop/tests/test_x.py:1"}),
    },
    "a module that is included": {
        **{name: Case(started(text, {**MODULE, "shop/views.py": "import a\ndef x(): ...\n"}), FROM_MODULE)
           for name, text in INCLUDES.items()},
        "kinto sibling: what is included includes": Case(
            started("config.include('.api')",
                    {**MODULE, "shop/api/__init__.py": "def includeme(config):\n    config.include('.routes')\n",
                     "shop/api/routes.py": "def includeme(config):\n    import b\n"}),
            {"b": "startup shop/api/routes.py:2"}),
        "kinto sibling: a view beside the caller is looked up later": Case(
            started("config.add_view('.views.x')", {**MODULE, "shop/views.py": "import a\ndef x(): ...\n"}),
            {"a": "lazy shop/views.py:1"}),
        "kinto sibling: a function of it": Case(
            started("config.include('shop.views.more')",
                    {**MODULE, "shop/views.py": "import a\ndef more(config): ...\n"}), FROM_MODULE),
        "discord sibling: what its setup imports": Case(
            started("bot.load_extension('shop.cog')",
                    {"shop/__init__.py": "", "shop/cog.py": "def setup(bot):\n    import a\n"}),
            {"a": "startup shop/cog.py:2"}),
        "noop: kinto sibling: another module": Case(started("config.include('.other')", MODULE), NOT_MODULE),
        "noop: kinto sibling: no name begins with a dot for others": Case(
            started("box.put('.views')", MODULE), NOT_MODULE),
        "noop: kinto sibling: the end of a file name": Case(
            started("config.add_renderer('.html', x)", MODULE), NOT_MODULE),
        "noop: of Django: a URL configuration is loaded later": Case(
            started("include('shop.views')", MODULE), {"a": "lazy shop/views.py:1"}),
    },
}  # fmt: skip
