"""Eight applications whose memory grows after the start, each by a cause of its own; celery with two kinds of workers.

Nothing here knows what judges them. What requests need (models, a database), `make.py` of each makes in its folder.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Literal

_UVICORN = ("uvicorn", "main:app", "--port", "{port}", "--loop", "asyncio")
_GUNICORN = ("gunicorn", "main:app", "--bind", "127.0.0.1:{port}")


@dataclass(frozen=True, slots=True)
class Called:
    """One call: as it is asked for, and to what its growth belongs. Empty: it grows by nothing worth a word."""

    text: str  # `/path`, or `tasks:name(literals)` of a worker
    cause: Literal["import", "file", "line", ""] = ""
    name: str = ""  # a distribution; a file; a word of the line
    message: tuple[object, ...] = ()  # of a task: its arguments


@dataclass(frozen=True, slots=True)
class Application:
    """One project: its files, the command that serves it, and what is called of it."""

    name: str
    files: dict[str, str]
    command: tuple[str, ...]
    calls: tuple[Called, ...]

    def write(self, folder: Path) -> None:
        """Write the project, only what changed: bytecode of the rest stays warm."""
        role = "worker" if self.command[0] == "celery" else "web"
        procfile = f"{role}: {' '.join(self.command).replace('{port}', '8000')}\n"
        for name, text in {**self.files, "Procfile": procfile, "requirements.txt": _REQUIREMENTS}.items():
            path = folder / name
            path.parent.mkdir(parents=True, exist_ok=True)
            if not path.exists() or path.read_text(encoding="utf-8") != text:
                path.write_text(text, encoding="utf-8")


_REQUIREMENTS = (
    "celery\ndjango\nfastapi\ngunicorn\nonnxruntime\npandas\npillow\nreportlab\nscikit-learn\ntorch\nuvicorn\n"
)

_FASTAPI = """\
import io

from fastapi import FastAPI, Response

app = FastAPI()
held = {}


@app.get("/items")
def items():
    return {"items": list(range(10))}


"""
_ONNX = """\
import numpy
import onnxruntime


@app.get("/classify")
def classify():
    if "model" not in held:
        held["model"] = onnxruntime.InferenceSession("weights.onnx", providers=["CPUExecutionProvider"])
    found = held["model"].run(None, {"x": numpy.ones((1, 3000), "float32")})
    return {"sum": float(found[0].sum())}
"""
# Written field by field, as onnx.proto of ONNX has them: a model of one product, and its 34 MiB of weights.
MAKE_ONNX = """\
def number(n):
    return bytes([n & 127 | 128]) + number(n >> 7) if n > 127 else bytes([n])


def field(index, data):
    if isinstance(data, int):
        return number(index << 3) + number(data)
    data = data.encode() if isinstance(data, str) else data
    return number(index << 3 | 2) + number(len(data)) + data


def value(name, *dims):
    shape = field(2, b"".join(field(1, field(1, dim)) for dim in dims))
    return field(1, name) + field(2, field(1, field(1, 1) + shape))


side = 3000
weights = field(1, side) + field(1, side) + field(2, 1) + field(8, "w") + field(9, bytes([0, 0, 0, 63]) * side * side)
node = field(1, "x") + field(1, "w") + field(2, "y") + field(4, "MatMul")
graph = field(1, node) + field(2, "g") + field(5, weights)
graph += field(11, value("x", 1, side)) + field(12, value("y", 1, side))
with open("weights.onnx", "wb") as file:
    file.write(field(1, 8) + field(7, graph) + field(8, field(2, 13)))
"""
_TORCH = """\
import torch


@app.get("/predict")
def predict():
    if "model" not in held:
        model = torch.nn.Sequential(torch.nn.Linear(512, 8192), torch.nn.ReLU(), torch.nn.Linear(8192, 512))
        model.load_state_dict(torch.load("model.pt"))
        held["model"] = model.eval()
    with torch.no_grad():
        return {"sum": float(held["model"](torch.ones(4, 512)).sum())}
"""
_MAKE_TORCH = """\
import torch

model = torch.nn.Sequential(torch.nn.Linear(512, 8192), torch.nn.ReLU(), torch.nn.Linear(8192, 512))
torch.save(model.state_dict(), "model.pt")
"""
_SKLEARN = """\
@app.get("/label")
def label():
    import joblib

    if "model" not in held:
        held["model"] = joblib.load("model.joblib")
    return {"label": int(held["model"].predict([[1.0] * 20])[0])}
"""
_MAKE_SKLEARN = """\
import joblib
import numpy
from sklearn.ensemble import RandomForestClassifier

random = numpy.random.default_rng(1)
x = random.random((20_000, 20))
joblib.dump(RandomForestClassifier(30, n_jobs=1, random_state=1).fit(x, (x.sum(1) > 10).astype(int)), "model.joblib")
"""
_EXCEL = """\
import pandas


@app.get("/excel")
def excel():
    frame = pandas.DataFrame({name: range(20_000) for name in "abcdef"})
    out = io.BytesIO()
    frame.to_excel(out, engine="xlsxwriter")
    return Response(out.getvalue())
"""
_PILLOW = """\
from PIL import Image


@app.get("/resize")
async def resize():
    image = Image.open("photo.png")
    image = image.resize((800, 600))
    out = io.BytesIO()
    image.save(out, "JPEG")
    return Response(out.getvalue(), media_type="image/jpeg")
"""
_MAKE_PILLOW = """\
from PIL import Image

Image.effect_mandelbrot((4000, 3000), (-3, -2.5, 2, 2.5), 9).convert("RGB").save("photo.png")
"""
_PDF = """\
@app.get("/invoice")
def invoice():
    from reportlab.platypus import SimpleDocTemplate, Table

    out = io.BytesIO()
    SimpleDocTemplate(out).build([Table([[str(row), "item", "12.50"] for row in range(400)])])
    return Response(out.getvalue(), media_type="application/pdf")
"""
_DJANGO = """\
import os

import django
from django.conf import settings
from django.core.wsgi import get_wsgi_application

settings.configure(
    SECRET_KEY="x",
    ALLOWED_HOSTS=["*"],
    ROOT_URLCONF="urls",
    INSTALLED_APPS=["shop"],
    DATABASES={"default": {"ENGINE": "django.db.backends.sqlite3", "NAME": "shop.db"}},
    DEFAULT_AUTO_FIELD="django.db.models.BigAutoField",
)
app = get_wsgi_application()
"""
_MODELS = """\
from django.db import models


class Order(models.Model):
    name = models.CharField(max_length=100)
    price = models.DecimalField(max_digits=8, decimal_places=2)
"""
_URLS = """\
from django.http import JsonResponse
from django.urls import path

from shop.models import Order


def count(request):
    return JsonResponse({"orders": Order.objects.count()})


def listed(request):
    orders = list(Order.objects.order_by("name"))
    return JsonResponse({"orders": [{"name": order.name, "price": str(order.price)} for order in orders]})


urlpatterns = [path("count", count), path("orders", listed)]
"""
_MAKE_DJANGO = """\
import main
from django.db import connection
from shop.models import Order

tables = connection.introspection.table_names()
if Order._meta.db_table not in tables:
    with connection.schema_editor() as editor:
        editor.create_model(Order)
    Order.objects.bulk_create(Order(name=f"order {number}", price="12.50") for number in range(30_000))
"""
_CELERY = """\
from celery import Celery

app = Celery("tasks", broker="filesystem://")
app.conf.broker_transport_options = {"data_folder_in": "queue", "data_folder_out": "queue"}
app.conf.broker_connection_retry_on_startup = True


@app.task
def add(one, other):
    return one + other


@app.task
def statistics(rows):
    import pandas

    return float(pandas.Series(range(rows)).mean())


@app.task
def join(rows):
    table = [{"number": number, "name": str(number)} for number in range(rows)]
    return len(table)
"""
_TASKS = {"tasks.py": _CELERY, "queue/.keep": ""}
_WORKER = ("celery", "-A", "tasks", "worker", "--loglevel", "INFO", "--concurrency", "1")
_OF_TASKS = (
    Called("tasks:add(1, 2)", message=(1, 2)),
    Called("tasks:statistics(1000)", "import", "pandas", (1000,)),
    Called("tasks:join(200000)", "line", "table = ", (200_000,)),
)

APPLICATIONS: tuple[Application, ...] = (
    Application(
        "FastAPI, onnxruntime",
        {"main.py": _FASTAPI + _ONNX, "make.py": MAKE_ONNX},
        _UVICORN,
        (Called("/items"), Called("/classify", "file", "weights.onnx")),
    ),
    Application(
        "FastAPI, torch",
        {"main.py": _FASTAPI + _TORCH, "make.py": _MAKE_TORCH},
        _UVICORN,
        (Called("/items"), Called("/predict", "file", "model.pt")),
    ),
    Application(
        "FastAPI, scikit-learn",
        {"main.py": _FASTAPI + _SKLEARN, "make.py": _MAKE_SKLEARN},
        _UVICORN,
        (Called("/items"), Called("/label", "import", "scikit-learn")),
    ),
    Application(
        "FastAPI, pandas to Excel",
        {"main.py": _FASTAPI + _EXCEL},
        _UVICORN,
        (Called("/items"), Called("/excel", "line", "frame.to_excel")),
    ),
    Application(
        "FastAPI, Pillow",
        {"main.py": _FASTAPI + _PILLOW, "make.py": _MAKE_PILLOW},
        _UVICORN,
        (Called("/items"), Called("/resize", "line", "image.resize")),
    ),
    Application(
        "FastAPI, reportlab",
        {"main.py": _FASTAPI + _PDF},
        _UVICORN,
        (Called("/items"), Called("/invoice", "import", "reportlab")),
    ),
    Application(
        "Django, ORM",
        {
            "main.py": _DJANGO,
            "shop/__init__.py": "",
            "shop/models.py": _MODELS,
            "urls.py": _URLS,
            "make.py": _MAKE_DJANGO,
        },
        _GUNICORN,
        (Called("/count"), Called("/orders", "line", "orders = list")),
    ),
    Application("Celery, solo", _TASKS, (*_WORKER, "--pool", "solo"), _OF_TASKS),
    Application("Celery, prefork", _TASKS, (*_WORKER, "--pool", "prefork"), _OF_TASKS),
)
