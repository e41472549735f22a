"""The same choices in the many ways in which projects write them: settings, files, objects; and more families."""

from collections.abc import Mapping

from tests.cases.case import Case, a_project, code, libs
from tests.cases.choices import CELERY, MAKE_SOUP, OPEN, PLOTS, SHEETS, SOUPS, asker, late, row, soup, urls

NOT = "unused likely"
DRIVER = "postgresql+psycopg://u@h/d"
FAMILIES = {
    "dramatiq": late("redis", "pika", module="dramatiq", text="def set_broker(b): ...\n"),
    "markdown": asker("pygments", module="markdown"), "flask-limiter": asker("redis", module="flask_limiter"),
    "fastapi": asker("orjson", module="fastapi"), "peewee": asker("psycopg2", "pymysql", module="peewee"),
    "aiocache": asker("redis", "aiomcache", "msgpack", module="aiocache"), "starlette": asker("yaml",
      module="starlette"),
    "geopandas": late("fiona", "pyogrio", module="geopandas"),
    **libs("redis pika pygments orjson psycopg2-binary:psycopg2 pymysql aiomcache msgpack pyyaml:yaml fiona pyogrio"),
}  # fmt: skip


def decided(text: str, **more: str) -> Case:
    return urls(text, files=more, psycopg2_binary=NOT)


def left_open(text: str, **more: str) -> Case:
    return urls(text, files=more, psycopg2_binary=OPEN)


def family(text: str, *lines: str, **expect: str) -> Case:
    return Case(code(text, *lines), {name.replace("_", "-"): told for name, told in expect.items()}, FAMILIES)


CLAUSES: Mapping[str, Mapping[str, Case]] = {
    "a URL, spelled": {
        "G sibling: a field of settings with a default": decided(
            "class S:\n    url: str = Field(default='" + DRIVER + "')\ns = S()\n"
                "create_engine(s.url)"
        ),
        "G sibling: a secret": decided(f"create_engine(SecretStr('{DRIVER}').get_secret_value())"),
        "G sibling: a URL of pydantic": decided(
            "class S:\n    @property\n    def dsn(self):\n"
                "        return PostgresDsn.build(scheme='postgresql+psycopg', host=h)\n"
            "create_engine(str(S().dsn))"
        ),
        "G sibling: made by keywords": decided("create_engine(URL.create(drivername='postgresql+psycopg'))"),
        "G sibling: by getenv": decided(f"import os\ncreate_engine(os.getenv('DB') or '{DRIVER}')"),
        "G sibling: by decouple": decided(
            f"create_engine(config('DB', default='{DRIVER}'))"
        ),
        "G sibling: formatted": decided("create_engine('postgresql+psycopg://{}@h'.format(u))"),
        "G sibling: by percent": decided("create_engine('postgresql+psycopg://%s@h' % u)"),
        "G sibling: joined": decided("create_engine('postgresql+psycopg://' + host)"),
        "G sibling: chosen between two": decided(f"create_engine('{DRIVER}' if prod else 'sqlite://')"),
        "G sibling: by a variable of an env file": decided(
            "import os\ncreate_engine(os.environ['DATABASE_URL'])", **{".env.example": f"DATABASE_URL={DRIVER}\n"},
        ),
        "G sibling: by a variable of the env file itself": decided(
            "import os\ncreate_engine(os.environ['DATABASE_URL'])", **{".env": f"DATABASE_URL={DRIVER}\n"},
        ),
        "G sibling: by a variable of the image": decided(
            "import os\ncreate_engine(os.environ['DATABASE_URL'])", Dockerfile="FROM python\n"
                f"ENV DATABASE_URL={DRIVER} X=1\n",
        ),
        "G sibling: by a list of compose": decided(
            "import os\ncreate_engine(os.environ['DATABASE_URL'])",
            **{"compose.yaml": f"services:\n  web:\n    environment:\n      - DATABASE_URL={DRIVER}\n"},
        ),
        "G sibling: a default of compose": decided(
            "import os\ncreate_engine(os.environ['DATABASE_URL'])",
            **{"compose.yaml": "services:\n  web:\n    environment:\n"
                f"      DATABASE_URL: ${{DATABASE_URL:-{DRIVER}}}\n"},
        ),
        "G sibling: with the URL of migrations": decided(
            f"create_engine('{DRIVER}')", **{"alembic.ini": "[alembic]\n"
                "sqlalchemy.url = driver://user:pass@localhost/dbname\n"},
        ),
        "G sibling: a parameter with a default": decided(f"def make(url='{DRIVER}'):\n"
            "    return create_engine(url)\nmake()"),
        "G sibling: Flask": decided(f"app = F()\napp.config['SQLALCHEMY_DATABASE_URI'] = '{DRIVER}'"),
        "G sibling: a dictionary": decided(f"CONF = {{'url': '{DRIVER}'}}\ncreate_engine(CONF['url'])"),
        "noop: a field without a default": left_open("class S:\n    url: str\ns = S()\ncreate_engine(s.url)"),
        "noop: a parameter": left_open(f"def make(url):\n    return create_engine(url)\nmake('{DRIVER}')"),
        "noop: a variable that compose takes from outside": left_open(
            "import os\ncreate_engine(os.environ['DATABASE_URL'])",
            **{"compose.yaml": "services:\n  web:\n    environment:\n      DATABASE_URL: ${DATABASE_URL}\n"},
        ),
        "noop: one of two files of settings": left_open(
            "import os\ncreate_engine(os.environ['A'])\ncreate_engine(os.environ['B'])", **{".env": f"A={DRIVER}\n"},
        ),
        "noop: a URL of another machine": left_open(
            "import os\ncreate_engine(os.environ['DATABASE_URL'])", **{".env": "DATABASE_URL=sqlite:///a.db\n"},
        ),
    },
    "other arguments, spelled": {
        "G sibling: an attribute of a class": soup(
            "class P:\n    KIND = 'html.parser'\n    def f(self, t):\n        return BeautifulSoup(t, P.KIND)",
            lxml=NOT,
        ),
        "G sibling: a constant of another module": soup(
            "import conf\nBeautifulSoup(a, conf.PARSER)", lxml=NOT, files={"conf.py": "PARSER = 'html.parser'\n"},
        ),
        "noop: a field of settings": soup(
            "class P:\n    kind: str = 'html.parser'\nBeautifulSoup(t, P().kind)", lxml=OPEN,
        ),
        "G sibling: a list of features": soup("BeautifulSoup(t, ['html.parser'])", lxml=NOT, html5lib=NOT),
        "G sibling: the backend of plots, by another function": row(
            PLOTS, "import matplotlib.pyplot as plt\nplt.switch_backend('agg')", "matplotlib", pyqt5=NOT,
        ),
        "G sibling: a broker that is rewritten": row(
            CELERY, "import os\nfrom celery import Celery\na = Celery('x', broker=os.environ.get('B', 'redis://h'))",
            "celery", pymongo=OPEN,
        ),
        "G sibling: serializers by configuration of Celery": a_project(
            "from celery import Celery\na = Celery('x')\na.config_from_object('celeryconfig')", {"msgpack": NOT},
            CELERY, declares="celery msgpack",
            files={"celeryconfig.py": "task_serializer = 'json'\naccept_content = ['json']\n"}),
        "G sibling: the flavour of tables": row(
            {**SHEETS, "pandas": late("lxml", "html5lib", module="pandas"), **libs("lxml html5lib")},
            "import pandas as pd\npd.read_html(u, flavor='lxml')", "pandas", lxml="implied", html5lib=NOT,
        ),
        "noop: the name of the class in a dictionary": row(
            SOUPS, MAKE_SOUP + "KINDS = {'html': BeautifulSoup}\nKINDS['html'](t)\nBeautifulSoup(a, 'html.parser')",
            "beautifulsoup4", lxml=OPEN,
        ),
        "noop: a function that hands on what it gets": row(
            SOUPS, MAKE_SOUP + "def make(*args):\n    return BeautifulSoup(*args)\nmake(t, 'html.parser')",
            "beautifulsoup4", lxml=OPEN,
        ),
    },
    "more families": {
        "G sibling: a broker by its class": family(
            "import dramatiq\nfrom dramatiq.brokers.redis import RedisBroker\ndramatiq.set_broker(RedisBroker(url=u))",
            "dramatiq", "redis", "pika", pika=NOT,
        ),
        "G sibling: a broker that is assigned first": family(
            "import dramatiq\nbroker = RedisBroker('redis://h')\ndramatiq.set_broker(broker)", "dramatiq", "redis",
              "pika", pika=NOT,
        ),
        "G sibling: extensions of Markdown": family(
            "import markdown\nmarkdown.markdown(t, extensions=['tables', 'toc'])", "markdown", "pygments", pygments=NOT,
        ),
        "G sibling: the memory of a limiter": family(
            "from flask_limiter import Limiter\nLimiter(f, storage_uri='memory://')", "flask-limiter", "redis",
              redis=NOT,
        ),
        "G sibling: classes of answers": family("import fastapi", "fastapi", "orjson", orjson=NOT),
        "G sibling: a database by its class": family(
            "import peewee\ndb = peewee.SqliteDatabase('a.db')", "peewee", "psycopg2-binary", "pymysql",
              psycopg2_binary=NOT,
            pymysql=NOT,
        ),
        "G sibling: a cache by its class": family(
            "from aiocache import Cache\nc = Cache(Cache.MEMORY)", "aiocache", "redis", "msgpack", redis=NOT,
              msgpack=NOT,
        ),
        "G sibling: the engine of maps": family(
            "import geopandas\ngeopandas.read_file(p, engine='pyogrio')", "geopandas", "pyogrio", "fiona", fiona=NOT,
            pyogrio="implied",
        ),
        "noop: a broker by the environment": family(
            "import dramatiq\ndramatiq.set_broker(make())", "dramatiq", "redis", "pika", pika=OPEN,
        ),
        "noop: extensions of ours": family(
            "import markdown\nmarkdown.markdown(t, extensions=EXTENSIONS)", "markdown", "pygments", pygments=OPEN,
        ),
        "noop: a highlighter": family(
            "import markdown\nmarkdown.markdown(t, extensions=['codehilite'])", "markdown", "pygments",
              pygments="implied",
        ),
        "noop: a class of answers": family(
            "from fastapi.responses import ORJSONResponse", "fastapi", "orjson", orjson="implied",
        ),
        "noop: a database by a URL": family(
            "import peewee\ndb = playhouse.db_url.connect(u)", "peewee", "psycopg2-binary", psycopg2_binary="implied",
        ),
    },
}  # fmt: skip
