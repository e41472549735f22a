"""The names of files that are read one by one are those of all of them together."""

from footprint.edit.imports.project_names import join_names, read_project

TEXTS = {
    "app/m.py": "import numpy as np\nimport sys\nsys.modules['x']\nsys.argv.append(1)\n",
    "app/n.py": "from app.m import np\nfrom app.m import *\nimport os\nos.environ['A'] = 'b'\nnp.linalg.norm\n",
    "app/o.py": "from unittest.mock import patch\npatch('app.m.np')\ndef f(): global X\nimport sys\nsys.path = []\n",
    "broken.py": "def (\napp.m.np\n",
    "tests/t.py": "import app.m\nsetattr(app.m, 'np', 1)\nx = 'app.m'\ny.np\nfrom typing import get_type_hints\n",
}


def test_joined_as_read_together() -> None:
    whole = read_project(TEXTS)
    assert join_names(read_project({path: text}) for path, text in TEXTS.items()) == whole
    assert whole.touched
    assert whole.names == {"app", "m", "n", "o", "broken", "tests", "t"}


def test_parts_stay_as_they_were() -> None:
    parts = [read_project({path: text}) for path, text in TEXTS.items()]
    join_names(parts)
    assert parts == [read_project({path: text}) for path, text in TEXTS.items()]
