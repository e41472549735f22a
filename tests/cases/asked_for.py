"""Needs of the third-party code that we use: documented ones, those its modules ask for, and extras we ask for."""

from collections.abc import Mapping

from tests.cases.case import Case, Lib, an_app, app, lib, libs
from tests.cases.libraries import PANDAS

LAZY_STORES = (
    "import importlib\n_WHERE = {\n    'Chroma': 'langchain_community.vectorstores.chroma',\n"
    "    'FAISS': 'langchain_community.vectorstores.faiss',\n}\n"
    "def __getattr__(name):\n    if name in _WHERE:\n"
    "        return getattr(importlib.import_module(_WHERE[name]), name)\n    raise AttributeError(name)\n"
)
STORES: Mapping[str, Lib] = {
    "chromadb": lib("chromadb/__init__.py"), "faiss-cpu": lib("faiss/__init__.py"),
    "langchain-community": Lib({
        "langchain_community/__init__.py": "",
        "langchain_community/vectorstores/__init__.py": LAZY_STORES,
        "langchain_community/vectorstores/chroma.py":
            "class Chroma:\n    def __init__(self):\n        import chromadb\n",
        "langchain_community/vectorstores/faiss.py": "class FAISS:\n    def f(self):\n        import faiss\n",
    }),
}  # fmt: skip
FASTAPI: Mapping[str, Lib] = {
    "fastapi": lib(
        fastapi____init__="from fastapi import params\nclass FastAPI: ...\n",
        fastapi__params="def check():\n    try:\n        import multipart\n    except ImportError:\n        raise\n",
        requires=('python-multipart; extra == "standard"', 'uvicorn; extra == "standard"'),
    ),
    "python-multipart": lib("multipart/__init__.py"), "uvicorn": lib("uvicorn/__init__.py"),
}  # fmt: skip
SHEETS = {
    "pandas": lib(pandas____init__="from pandas import io\n",
                  pandas__io="def to_excel(x):\n    import_optional_dependency('openpyxl')\n"),
    "openpyxl": lib("openpyxl/__init__.py"),
}  # fmt: skip
CHROMA = "from langchain_community.vectorstores import Chroma\n"

CLAUSES: Mapping[str, Mapping[str, Case]] = {
    "asked for by used third-party code": {
        "through a lazy package": an_app(
            CHROMA, {"chromadb": "implied cannot-tell langchain_community/vectorstores/chroma.py:3"}, STORES,
            declares="langchain-community chromadb"),
        "by an import at module level": an_app(
            "import a", {"b": "implied a/__init__.py:1"}, {**libs("b"), "a": lib(a____init__="import b\n")},
            declares="a b"),
        "guarded, at module level": Case(
            app("import a", "a", "b"), {"b": "implied cannot-tell a/__init__.py:2"},
            {**libs("b"), "a": lib(a____init__="try:\n    import b\nexcept ImportError:\n    b = None\n")},
        ),
        "by import_module": Case(
            app("import a", "a", "b"), {"b": "implied cannot-tell a/__init__.py:3"},
            {**libs("b"), "a": lib(a____init__="import importlib\ndef f():\n    importlib.import_module('b')\n")},
        ),
        "by a function that imports what is optional": Case(
            app("import a", "a", "b"), {"b": "implied cannot-tell a/__init__.py:2"},
            {**libs("b"), "a": lib(a____init__="def f():\n    import_optional_dependency('b', extra='x')\n")},
        ),
        "by what that requires": an_app(
            "import a", {"c": "implied cannot-tell b/__init__.py:2"},
            {**libs("c"), "a": lib(a____init__="import b\n", requires=("b",)),
             "b": lib(b____init__="def f():\n    import c\n")}, declares="a c"),
        "noop: an integration that we never reach": an_app(
            CHROMA, {"faiss-cpu": "unused"}, STORES, declares="langchain-community faiss-cpu"),
        "noop: the asker is imported in dead code only": an_app(
            "", {"a": "unreached dead.py:1", "b": "unused"}, {**libs("b"), "a": lib(a____init__="import b\n")},
            files={"dead.py": "import a\n"}),
        "the asker is imported by tests only": an_app(
            "", {"a": "tests", "b": "tests"}, {**libs("b"), "a": lib(a____init__="import b\n")},
            files={"tests/test_a.py": "import a\n"}),
        "noop: named in a text of the asker": an_app(
            "import a", {"b": "unused"},
            {**libs("b"), "a": lib(a____init__='"""import b"""\nHELP = "pip install b"\n')}, declares="a b"),
        "noop: the asker's own tests": an_app(
            "import a", {"b": "unused"},
            {**libs("b"), "a": lib("a/__init__.py", "a/tests/__init__.py", a__conftest="import b\n")}, declares="a b"),
    },
    "documented needs": {
        "a spreadsheet": an_app(
            "import pandas as pd\npd.DataFrame().to_excel('x.xlsx')", {"openpyxl": "implied likely main.py:2"}, SHEETS,
            declares="pandas openpyxl"),
        "a form": an_app(
            "from fastapi import FastAPI, Form\napp = FastAPI()", {"python-multipart": "implied likely main.py:1"},
            FASTAPI, declares="fastapi python-multipart"),
        "an upload": an_app(
            "from fastapi import FastAPI, UploadFile\napp = FastAPI()",
            {"python-multipart": "implied likely main.py:1"}, FASTAPI, declares="fastapi python-multipart"),
        "an e-mail address": an_app(
            "from pydantic import BaseModel, EmailStr", {"email-validator": "implied likely main.py:1"},
            {"pydantic": lib(pydantic____init__="def f():\n    import email_validator\n"),
             "email-validator": lib("email_validator/__init__.py")}, declares="pydantic email-validator"),
        "noop: no form": an_app(
            "from fastapi import FastAPI\napp = FastAPI()", {"python-multipart": "unused"}, FASTAPI,
            declares="fastapi python-multipart"),
        "noop: no spreadsheet": an_app(
            "import pandas as pd\npd.DataFrame().to_csv('x.csv')", {"openpyxl": "unused"}, SHEETS,
            declares="pandas openpyxl"),
        "noop: the word in code that nothing reaches": an_app(
            "import pandas as pd", {"openpyxl": "unused"}, SHEETS, declares="pandas openpyxl",
            files={"dead.py": "x.to_excel('x.xlsx')\n"}),
        "noop: the word without the asker": an_app(
            "x.to_excel('x.xlsx')", {"openpyxl": "unused"},
            {"pandas": PANDAS, "openpyxl": lib("openpyxl/__init__.py")}),
    },
}  # fmt: skip
