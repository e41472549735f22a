"""`--request auto`: which routes of an application are asked, as it states them itself, and which are not."""

from pathlib import Path

import pytest

from constraints import pins
from footprint.model.runtime import ProbeRun
from tests.support.installer import kept, make_environment
from tests.support.probing import entry, probe, whole, write

HELD = pins.FOLDER / "bench-calls.txt"
LINES = ("django", "fastapi", "flask")
FLASK = """
from flask import Blueprint, Flask
from flask.views import MethodView, View
from werkzeug.middleware.dispatcher import DispatcherMiddleware
from werkzeug.middleware.proxy_fix import ProxyFix

app = Flask(__name__, subdomain_matching=True)
pages = Blueprint("pages", __name__, url_prefix="/pages")
inner = Blueprint("inner", __name__, url_prefix="/inner")
other = Flask("other")


def well(**named):
    return "well"


def never(**named):
    raise RuntimeError


class Items(MethodView):
    get, post = staticmethod(well), staticmethod(never)


class Only(MethodView):
    post = staticmethod(never)


class Plain(View):
    dispatch_request = staticmethod(well)


app.add_url_rule("/", view_func=well)
app.add_url_rule("/items/<int:number>", "item", never)
app.add_url_rule("/old/", "old", well, defaults={"page": 1})
app.add_url_rule("/old/<int:page>", "old", well)
app.add_url_rule("/add", "add", never, methods=["POST"])
app.add_url_rule("/user/logout", "logout", never)
app.add_url_rule("/at", "at", never, subdomain="at")
app.add_url_rule("/class", view_func=Items.as_view("items"))
app.add_url_rule("/only", view_func=Only.as_view("only"))
app.add_url_rule("/view", view_func=Plain.as_view("plain"))
pages.add_url_rule("/list", view_func=well)
inner.add_url_rule("/deep", view_func=well)
other.add_url_rule("/within", view_func=well)
pages.register_blueprint(inner)
app.register_blueprint(pages)
fixed = ProxyFix(app)
app.wsgi_app = DispatcherMiddleware(app.wsgi_app, {"/mounted": other})
"""
OF_FLASK = ["/", "/old/", "/class", "/view", "/pages/list", "/pages/inner/deep", "/mounted/within"]
DJANGO = """
from django.conf import settings
from django.core.wsgi import get_wsgi_application

settings.configure(
    SECRET_KEY="x", ALLOWED_HOSTS=["*"], ROOT_URLCONF="urls",
    INSTALLED_APPS=["django.contrib.contenttypes", "django.contrib.auth"],
)
app = get_wsgi_application()
"""
URLS = """
from django.http import HttpResponse
from django.urls import include, path, re_path
from django.views import View
from django.views.decorators.http import require_POST
from django.views.generic import RedirectView


def well(request):
    return HttpResponse("well")


def never(request, **named):
    raise RuntimeError


class Get(View):
    def get(self, request):
        return HttpResponse("well")


class Post(View):
    post = never


def routed(request):
    return HttpResponse("well")


def written(request):
    raise RuntimeError


routed.actions, written.actions = {"get": "list", "post": "create"}, {"post": "create"}  # as routers of DRF leave them
inner = [path("list/", well), path("one/<int:number>", never)]
urlpatterns = [
    path("", well),
    path("function/", well),
    path("posted/", require_POST(never)),
    path("class/", Get.as_view()),
    path("only-post/", Post.as_view()),
    path("away/", RedirectView.as_view(url="/")),
    path("routed/", routed),
    path("written/", written),
    path("items/<int:number>/", never),
    re_path(r"^old/$", well),
    re_path(r"^years/(?P<year>[0-9]{4})/$", never),
    re_path(r"^digit/\\d/$", never),
    re_path(r"^v1\\.0/$", well),
    path("api/", include(inner)),
    path("<str:name>/sub/", include(inner)),
    path("user/logout/", never),
]
"""
# Of a function nobody states the methods: one that answers 405 is no fault.
OF_DJANGO = ["/", "/function/", "/posted/", "/class/", "/away/", "/routed/", "/old/", "/v1.0/", "/api/list/"]
FASTAPI = """
from fastapi import APIRouter, FastAPI
from flask import Flask
from starlette.applications import Starlette
from starlette.endpoints import HTTPEndpoint
from starlette.middleware.cors import CORSMiddleware
from starlette.responses import PlainTextResponse
from starlette.routing import Mount, Route, WebSocketRoute

app = FastAPI(docs_url="/own-docs", openapi_url="/own.json")
api, deep, sub = APIRouter(prefix="/api"), APIRouter(prefix="/deep"), FastAPI()


@app.get("/")
@sub.get("/well")
@deep.get("/well")
@api.get("/well")
def well():
    return 1


@api.get("/items/{number}")
@api.post("/items")
@sub.delete("/well")
def never():
    raise RuntimeError


async def plain(request):
    return PlainTextResponse("well")


class Get(HTTPEndpoint):
    async def get(self, request):
        return PlainTextResponse("well")


class Post(HTTPEndpoint):
    async def post(self, request):
        raise RuntimeError


api.include_router(deep)
app.include_router(api, prefix="/v1")
app.mount("/sub", sub)
inner = [Route("/plain", plain), Route("/posted", plain, methods=["POST"])]
routes = [Route("/get", Get), Route("/post", Post), Mount("/inner", routes=inner), WebSocketRoute("/socket", plain)]
app.mount("/other", Starlette(routes=routes))
app.mount("/to/{name}", Starlette(routes=inner))
around = CORSMiddleware(app, allow_origins=["*"])
"""
OF_FASTAPI = ["/", "/v1/api/well", "/v1/api/deep/well", "/sub/well", "/other/get", "/other/inner/plain"]


@pytest.fixture(scope="module")
def python() -> Path:
    folder = kept("routes", lambda folder: make_environment(folder / "env", *LINES, constraints=HELD), constraints=HELD)
    return folder / "env" / "bin" / "python"


def ask(python: Path, folder: Path, attribute: str) -> ProbeRun:
    return whole(probe(python, folder, entry("main", attribute), asks_routes=True))


@pytest.mark.parametrize(
    ("files", "attribute", "paths"),
    [
        ({"main.py": FLASK}, "app", OF_FLASK),
        ({"main.py": FLASK}, "fixed", OF_FLASK),
        ({"main.py": DJANGO, "urls.py": URLS}, "app", OF_DJANGO),
        ({"main.py": FASTAPI}, "app", OF_FASTAPI),
        ({"main.py": FASTAPI}, "around", OF_FASTAPI),
    ],
    ids=["flask", "flask in a middleware", "django", "fastapi", "fastapi in a middleware"],
)
def test_auto_asks_what_states_get_and_needs_no_more(
    files: dict[str, str], attribute: str, paths: list[str], python: Path, tmp_path: Path
) -> None:
    write(tmp_path, files)
    found = {
        call.name.removeprefix("GET "): (call.outcome, call.status) for call in ask(python, tmp_path, attribute).calls
    }
    answers = {"/posted/": 405, "/away/": 302}
    assert found == {path: ("done", answers.get(path, 200)) for path in paths}
