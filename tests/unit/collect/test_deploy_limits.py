"""Deploy files as people write them: command, entry, workers, preload, limit and who says so, by one table.

Every row is a small project that is written to disk, read, and asked for its entries. Noop rows have words in them
that look like a limit and are none.
"""

from dataclasses import dataclass
from pathlib import Path
from textwrap import dedent

import pytest

from footprint.audit.entry_limits import find_limits
from footprint.collect.deploy import read_deploy_files, working_dirs
from footprint.collect.deploy.platforms.stated import compose_size, fly_size, megabytes, quantity
from footprint.collect.entries.discovery import discover
from footprint.collect.imports.walker import read_imports
from footprint.collect.sources import read_sources
from footprint.config.options import TargetOptions
from footprint.knowledge.bystanders import is_backing

MIB = 1 << 20
APP = "app = object()\n"


@dataclass(frozen=True)
class Project:
    """Files, and what comes of them."""

    files: dict[str, str]
    starts: tuple[str, ...]  # "web main:app (Procfile:1) x4 preload, 512 MiB by compose.yaml:5, code"
    notes: tuple[str, ...] = ()  # codes and lines: "limit-unknown 5"


def project(
    path: str,
    text: str,
    *starts: str,
    notes: tuple[str, ...] = (),
    more: dict[str, str] | None = None,
    **files: str,
) -> Project:
    """Return a project of one deploy file, `more` files, and such as `api__app_py`, which is api/app.py."""
    others = {
        name.replace("__", "/").replace("_py", ".py"): content for name, content in ((more or {}) | files).items()
    }
    return Project({path: text, "main.py": APP, **others}, starts, notes)


HELM = (
    "apiVersion: apps/v1\nkind: Deployment\nmetadata:\n  name: {{ .Release.Name }}-shop\nspec:\n  template:\n"
    "    spec:\n      containers:\n"
)
WEB = "web main:app (Procfile:1)"
# the command of a Procfile, and what is told of its workers
PROCFILES = {
    "workers": ("gunicorn main:app -w 4 -k uvicorn.workers.UvicornWorker", " x4"),
    "preload and joined option": ("gunicorn --preload -w3 main:app", " x3 preload"),
    "assigned in front": ("WEB_CONCURRENCY=2 gunicorn main:app", " x2"),
    "default of a variable": ("uvicorn main:app --workers ${WORKERS:-5}", " x5"),
    "noop, only the machine knows": ("gunicorn main:app --workers $(nproc)", ""),
}
# the lines of an image, of which the last starts it, and what is told of it
IMAGES_OF_OURS = {
    "ENV is the default of uvicorn": ('ENV WEB_CONCURRENCY=3 SECRET=x\nCMD ["uvicorn", "main:app"]', " x3"),
    "an option overrules ENV": ('ENV WEB_CONCURRENCY 3\nCMD ["gunicorn", "-w", "1", "main:app"]', " x1"),
    "GUNICORN_CMD_ARGS": ('ENV GUNICORN_CMD_ARGS="--workers=6 --preload"\nCMD gunicorn main:app', " x6 preload"),
    "granian": ('CMD ["granian", "--interface", "asgi", "--workers", "2", "main:app"]', " x2"),
    "hypercorn": ("CMD hypercorn main:app -w 4 --bind 0.0.0.0:80", " x4"),
    "fastapi run with workers": ('CMD ["fastapi", "run", "main.py", "--workers", "4"]', " x4"),
    "uwsgi forks after loading": ("CMD uwsgi --http :80 --module main:app --processes 4", " x4 preload"),
}
# the options of gunicorn, its file, what is told of its workers, and notes
CONFS = {
    " beside it": (
        "", 'bind = "0.0.0.0:80"\nworkers = 3\npreload_app = True\nraise SystemExit("run")\n', " x3 preload", ()),
    ": an option overrules it": ("-w 2 ", "workers = 3\npreload_app = False\n", " x2 no preload", ()),
    ": a count of cores is unknown": (
        "-c gunicorn.conf.py ", "import multiprocessing\nworkers = multiprocessing.cpu_count() * 2 + 1\n", "",
        ("workers-unknown 2",)),
    ": under a condition": ("", "workers = 1\nif DEBUG:\n    workers = 9\n", "", ("workers-unknown 3",)),
    ": hooks that run in the real command only": (
        "", "def when_ready(server):\n    server.kept = load()\npost_fork = connect\n", "", ("start-hooks-not-run 1",)),
}  # fmt: skip
PROJECTS: dict[str, Project] = {
    **{
        f"Procfile: {name}": project("Procfile", f"web: {command}\n", WEB + told)
        for name, (command, told) in PROCFILES.items()
    },
    **{
        f"Dockerfile: {name}": project(
            "Dockerfile", f"FROM python\n{lines}\n", f"web main:app (Dockerfile:{2 + lines.count(chr(10))}){told}"
        )
        for name, (lines, told) in IMAGES_OF_OURS.items()
    },
    **{
        f"gunicorn.conf.py{name}": project(
            "Procfile", f"web: gunicorn {options}main:app\n", WEB + told, notes=notes, more={"gunicorn.conf_py": text}
        )
        for name, (options, text, told, notes) in CONFS.items()
    },
}

PROJECTS |= {
    # Procfile, Dockerfile and gunicorn.conf.py, which is read and not run: how many workers; no limits
    "Procfile: web and worker": project(
        "Procfile", "web: uvicorn main:app\nworker: celery -A jobs worker --concurrency=8\nbeat: celery -A jobs beat\n",
        "web main:app (Procfile:1)", "worker jobs:app (Procfile:2) x8 preload", jobs_py=APP,
    ),
    "Procfile: celery in threads is one process": project(
        "Procfile", "worker: celery -A jobs worker -P threads -c 20\n", "worker jobs:app (Procfile:1) x1", jobs_py=APP,
    ),
    "Dockerfile: streamlit": project(
        "Dockerfile", 'FROM python\nCMD ["streamlit", "run", "main.py"]\n', "web main.py (Dockerfile:2)",
    ),
    "gunicorn.conf.py: a default of the environment": project(
        "Procfile", "web: gunicorn -c conf/gunicorn.py main:app\n", "web main:app (Procfile:1) x2",
        conf__gunicorn_py='import os\nworkers = int(os.environ.get("WEB_CONCURRENCY", "2"))\n',
    ),
    "noop: gunicorn.conf.py: hooks that write to the log, and one that ends": project(
        "Procfile", "web: gunicorn main:app\n", "web main:app (Procfile:1)",
        more={
            "gunicorn.conf_py": 'def when_ready(server):\n    "Say so."\n    server.log.info("ready")\n'
            "def on_exit(server):\n    server.kept = load()\ndef load():\n    return 1\n",
        },
    ),
    "gunicorn.conf.py: it names the application": project(
        "Dockerfile", 'FROM python\nCMD ["gunicorn", "-c", "/app/gunicorn.conf.py"]\n',
        "web main:app (Dockerfile:2) x4", more={"gunicorn.conf_py": 'wsgi_app = "main:app"\nworkers = 4\n'},
    ),
    "pyproject.toml: [tool.fastapi]": project(
        "pyproject.toml", '[project]\nname = "x"\n[tool.fastapi]\nentrypoint = "main:app"\n',
        "web main:app (pyproject.toml:4)",
    ),
    "Dockerfile: fastapi run finds its entry in pyproject.toml": project(
        "Dockerfile", "FROM python\nCMD fastapi run --workers 2\n", "web api.web:service (Dockerfile:2) x2",
        more={"pyproject.toml": '[tool.fastapi]\nentrypoint = "api.web:service"\n', "api/web_py": "service = 1\n"},
    ),
    # compose
    "compose: mem_limit is of 1024": project(
        "compose.yaml", "services:\n  web:\n    build: .\n    command: uvicorn main:app\n    mem_limit: 512m\n",
        "web main:app (compose.yaml:4), 512 MiB by compose.yaml:5",
    ),
    "compose: deploy.resources": project(
        "docker-compose.yml",
        """\
        services:
          web:
            build: .
            command: gunicorn -w 2 main:app
            deploy:
              resources:
                limits:
                  cpus: "0.5"
                  memory: 1.5G
                reservations:
                  memory: 256M
        """,
        "web main:app (docker-compose.yml:4) x2, 1536 MiB by docker-compose.yml:9",
    ),
    "compose: web and worker differ, the database is not ours": project(
        "docker-compose.yml",
        """\
        x-base: &base
          build: .
          mem_limit: 256m
        services:
          web:
            <<: *base
            command: uvicorn main:app
            environment:
              - WEB_CONCURRENCY=2
          worker:
            <<: *base
            command: celery -A jobs worker -c 4
            mem_limit: 1g
          db:
            image: postgres:16
            mem_limit: 2g
        """,
        "web main:app (docker-compose.yml:7) x2, 256 MiB by docker-compose.yml:3",
        "worker jobs:app (docker-compose.yml:12) x4 preload, 1024 MiB by docker-compose.yml:13", jobs_py=APP,
    ),
    "compose: two limits that differ": project(
        "compose.yaml",
        "services:\n  web:\n    command: uvicorn main:app\n    mem_limit: 1g\n"
        "    deploy: {resources: {limits: {memory: 512M}}}\n",
        "web main:app (compose.yaml:3), 512 MiB by compose.yaml:5", notes=("limits-differ 4",),
    ),
    "compose: default of a variable, and bytes": project(
        "compose.yaml",
        "services:\n  web:\n    command: uvicorn main:app\n    mem_limit: ${MEM:-300m}\n  job:\n"
        "    command: python main.py\n    mem_limit: 536870912\n",
        "web main:app (compose.yaml:3), 300 MiB by compose.yaml:4",
        "job main.py (compose.yaml:6), 512 MiB by compose.yaml:7",
    ),
    "compose: noop, a variable without a value": project(
        "compose.yaml", "services:\n  web:\n    command: uvicorn main:app\n    mem_limit: ${MEM}\n",
        "web main:app (compose.yaml:3)", notes=("limit-unknown 4",),
    ),
    "compose: noop, reservations, comments, swap and other services": project(
        "compose.yaml",
        """\
        services:
          web:
            build: .
            command: uvicorn main:app
            # mem_limit: 64m
            mem_reservation: 100m
            memswap_limit: 1g
            deploy:
              resources:
                reservations: {memory: 128M}
          cache:
            image: redis:7-alpine
            mem_limit: 100m
          tests:
            build: .
            command: pytest
            mem_limit: 90m
        """,
        "web main:app (compose.yaml:4)",
    ),
    "compose: the image's command, the service's limit": project(
        "compose.yaml", "services:\n  backend:\n    build: .\n    mem_limit: 384m\n",
        "web main:app (Dockerfile:2), 384 MiB by compose.yaml:4", Dockerfile="FROM python\nCMD uvicorn main:app\n",
    ),
    "compose: two images, each with its service's limit": project(
        "compose.yaml",
        "services:\n  one:\n    build: ./api\n    mem_limit: 100m\n  two:\n    build: {context: ./jobs}\n"
        "    mem_limit: 200m\n", "web web:app (api/Dockerfile:2), 100 MiB by compose.yaml:4",
        "web-2 work:app (jobs/Dockerfile:2), 200 MiB by compose.yaml:7",
        api__Dockerfile="FROM python\nCMD uvicorn web:app\n", api__web_py=APP,
        jobs__Dockerfile="FROM python\nCMD uvicorn work:app\n", jobs__work_py=APP,
    ),
}  # fmt: skip
PROJECTS |= {
    # platforms
    "render.yaml: plans per service": project(
        "render.yaml",
        """\
        services:
          - type: web
            name: api
            runtime: python
            plan: starter
            startCommand: gunicorn main:app
            envVars:
              - key: WEB_CONCURRENCY
                value: 2
          - type: worker
            name: jobs
            plan: Pro Plus
            startCommand: celery -A jobs worker
          - type: redis
            name: cache
            plan: free
        databases:
          - name: db
            plan: basic-256mb
        """,
        "web main:app (render.yaml:6) x2, 512 MiB by render.yaml:5, plan starter, checked 2026-08",
        "worker jobs:app (render.yaml:13) preload, 8192 MiB by render.yaml:12, plan pro plus, checked 2026-08",
        jobs_py=APP,
    ),
    "render.yaml: noop, no plan": project(
        "render.yaml", "services:\n- type: web\n  startCommand: uvicorn main:app\n# plan: free\n",
        "web main:app (render.yaml:3)",
    ),
    "render.yaml: a plan that is not known": project(
        "render.yaml", "services:\n- type: web\n  plan: colossal\n  startCommand: uvicorn main:app\n",
        "web main:app (render.yaml:4)", notes=("unknown-plan 3",),
    ),
    "render.yaml: a plan for what a Dockerfile starts": project(
        "render.yaml", "services:\n- type: web\n  runtime: docker\n  plan: free\n",
        "web main:app (Dockerfile:2), 512 MiB by render.yaml:4, plan free, checked 2026-08",
        Dockerfile="FROM python\nCMD uvicorn main:app\n",
    ),
    "fly.toml: memory before size": project(
        "fly.toml", '[processes]\nweb = "uvicorn main:app"\n[[vm]]\nsize = "shared-cpu-1x"\nmemory = "1gb"\n',
        "web main:app (fly.toml:2), 1024 MiB by fly.toml:5",
    ),
    "fly.toml: a size alone": project(
        "fly.toml", '[processes]\nweb = "uvicorn main:app"\n[[vm]]\nsize = "shared-cpu-2x"\n',
        "web main:app (fly.toml:2), 512 MiB by fly.toml:4, plan shared-cpu-2x, checked 2026-08",
    ),
    "fly.toml: processors alone": project(
        "fly.toml",
        "[processes]\napp = 'python -m gunicorn main:app --workers 2'\n[[vm]]\n  cpu_kind = 'shared'\n  cpus = 4\n",
        "app main:app (fly.toml:2) x2, 1024 MiB by fly.toml:5, plan shared-cpu-4x, checked 2026-08",
    ),
    "fly.toml: machines per process, MB as a number": project(
        "fly.toml",
        '[env]\nWEB_CONCURRENCY = "2"\n[processes]\nweb = "gunicorn main:app"\njobs = "celery -A jobs worker"\n'
        '[[vm]]\nmemory = 256\nprocesses = ["web"]\n[[vm]]\nmemory_mb = 512\nprocesses = ["jobs"]\n',
        "web main:app (fly.toml:4) x2, 256 MiB by fly.toml:7",
        "jobs jobs:app (fly.toml:5) preload, 512 MiB by fly.toml:10", jobs_py=APP,
    ),
    "fly.toml: the image's command": project(
        "fly.toml", 'app = "x"\n[[vm]]\nmemory = "512mb"\n', "web main:app (Dockerfile:2), 512 MiB by fly.toml:3",
        Dockerfile="FROM python\nCMD uvicorn main:app\n",
    ),
    "fly.toml: noop, no machine, swap only": project(
        "fly.toml", 'swap_size_mb = 512\n[processes]\nweb = "uvicorn main:app"\n', "web main:app (fly.toml:3)",
    ),
    "railway.toml: noop, no limit": project(
        "railway.toml", '[deploy]\nstartCommand = "uvicorn main:app --workers 2"\n', "web main:app (railway.toml:2) x2",
    ),
    "railway.json: a limit that replaces the plan's": project(
        "railway.json",
        '{"deploy": {\n"startCommand": "uvicorn main:app",\n'
        '"limitOverride": {"containers": {"memoryBytes": 3000000000}}}}\n',
        "web main:app (railway.json:2), 3000000000 bytes by railway.json:3",
    ),
    "app.yaml: the default class": project(
        "app.yaml", "runtime: python312\nentrypoint: gunicorn -b :$PORT -w 2 main:app\n",
        "web main:app (app.yaml:2) x2, 384 MiB by app.yaml:1, plan f1, checked 2026-11",
    ),
    "app.yaml: an instance class": project(
        "app.yaml", "runtime: python312\nentrypoint: gunicorn main:app\ninstance_class: F4_1G\n",
        "web main:app (app.yaml:2), 3072 MiB by app.yaml:3, plan f4_1g, checked 2026-11",
    ),
    "app.yaml: scaled by hand": project(
        "app.yaml", "runtime: python312\nentrypoint: gunicorn main:app\nmanual_scaling:\n  instances: 1\n",
        "web main:app (app.yaml:2), 768 MiB by app.yaml:1, plan b2, checked 2026-11",
    ),
    "app.yaml: flexible": project(
        "app.yaml",
        "runtime: python\nenv: flex\nentrypoint: gunicorn main:app\nresources:\n  cpu: 1\n  memory_gb: 0.5\n",
        "web main:app (app.yaml:3), 512 MiB by app.yaml:6",
    ),
    "heroku.yml: noop, dynos are outside": project(
        "heroku.yml", "run:\n  web: gunicorn main:app --workers 2\n", "web main:app (heroku.yml:2) x2",
    ),
    # Kubernetes and Cloud Run
    "Kubernetes: a deployment": project(
        "k8s/deployment.yaml",
        """\
        apiVersion: apps/v1
        kind: Deployment
        metadata:
          name: shop
        spec:
          template:
            spec:
              initContainers:
                - name: migrate
                  image: shop
                  command: ["python", "migrate.py"]
                  resources: {limits: {memory: 64Mi}}
              containers:
                - name: app
                  image: registry.example/shop:1
                  command: ["gunicorn"]
                  args: ["main:app", "--workers", "$(WORKERS)"]
                  env:
                    - name: WORKERS
                      value: "3"
                  resources:
                    requests:
                      memory: 128Mi
                    limits:
                      memory: 512Mi
                - name: proxy
                  image: nginx:1.27
                  resources: {limits: {memory: 32Mi}}
        """,
        "shop main:app (k8s/deployment.yaml:16) x3, 512 MiB by k8s/deployment.yaml:25", migrate_py="",
    ),
    "Kubernetes: several documents, a job apart, M is of 1000": project(
        "manifests/all.yaml",
        """\
        apiVersion: v1
        kind: Service
        metadata: {name: shop}
        spec: {ports: [{port: 80}]}
        ---
        apiVersion: apps/v1
        kind: Deployment
        metadata: {name: shop}
        spec:
          template:
            spec:
              containers:
              - name: shop
                args: [uvicorn, "main:app"]
                resources: {limits: {memory: 500M}}
        ---
        apiVersion: batch/v1
        kind: CronJob
        metadata: {name: cleanup}
        spec:
          jobTemplate:
            spec:
              template:
                spec:
                  containers:
                  - name: cleanup
                    command: [python, cleanup.py]
                    resources: {limits: {memory: 1e8}}
        """,
        "shop main:app (manifests/all.yaml:14), 500000000 bytes by manifests/all.yaml:15", cleanup_py="",
    ),
    "compose: D6 services that share a command by an anchor": project(
        "compose.yaml",
        "x-base: &base\n  build: .\n  command: celery -A jobs worker\nservices:\n  high:\n    <<: *base\n"
        "    mem_limit: 1g\n  low:\n    <<: *base\n    mem_limit: 2g\n",
        "high jobs:app (compose.yaml:3) preload, 1024 MiB by compose.yaml:7",
        "low jobs:app (compose.yaml:3) preload, 2048 MiB by compose.yaml:10", jobs_py="app = 1\n",
    ),
    "Kubernetes: a job where there is nothing else": project(
        "manifests/cleanup.yaml",
        "apiVersion: batch/v1\nkind: CronJob\nmetadata: {name: cleanup}\nspec:\n  jobTemplate:\n    spec:\n"
        "      template:\n        spec:\n          containers:\n          - name: cleanup\n"
        "            command: [python, cleanup.py]\n            resources: {limits: {memory: 1e8}}\n",
        "cleanup cleanup.py (manifests/cleanup.yaml:11), 100000000 bytes by manifests/cleanup.yaml:12", cleanup_py="",
    ),
    "Kubernetes: noop, a job's limit for what a Procfile starts": project(
        "k8s/cron.yaml",
        "apiVersion: batch/v1\nkind: Job\nmetadata: {name: once}\nspec:\n  template:\n    spec:\n      containers:\n"
        "      - {name: once, image: x, resources: {limits: {memory: 64Mi}}}\n", "web main:app (Procfile:1)",
        Procfile="web: uvicorn main:app\n",
    ),
    "Kubernetes: noop, a Helm template is no YAML": project(
        "k8s/deployment.yaml", f"{HELM}      {{{{- range .Values.apps }}}}\n      - name: x\n      {{{{- end }}}}\n",
        "web main:app (Procfile:1)", Procfile="web: uvicorn main:app\n", notes=("yaml-template 4",),
    ),
    "Kubernetes: a Helm template with arguments of its own, and a container that spells out its command": project(
        "k8s/deployment.yaml",
        f"{HELM}      - name: y\n        args:\n        - {{{{ .Values.x }}}}\n        image: x\n      - name: z\n"
        "        command: [gunicorn, 'main:app']\n", "z main:app (k8s/deployment.yaml:14)", notes=("yaml-template 4",),
    ),
    "Kubernetes: noop, a Helm template that spells out no command": project(
        "k8s/deployment.yaml",
        f"{HELM}      - name: y\n        args:\n        - --port\n        - {{{{ .Values.x }}}}\n        image: x\n",
        "web main:app (Procfile:1)", Procfile="web: uvicorn main:app\n", notes=("yaml-template 4",),
    ),
    "Kubernetes: noop, a database and a range of limits": project(
        "k8s/db.yaml",
        "apiVersion: apps/v1\nkind: StatefulSet\nmetadata: {name: db}\nspec:\n  template:\n    spec:\n"
        "      containers:\n      - {name: db, image: postgres:16, resources: {limits: {memory: 64Mi}}}\n---\n"
        "apiVersion: v1\nkind: LimitRange\nspec:\n  limits:\n  - max: {memory: 1Gi}\n", "web main:app (Procfile:1)",
        Procfile="web: uvicorn main:app\n",
    ),
    "Cloud Run: stated": project(
        "service.yaml",
        "apiVersion: serving.knative.dev/v1\nkind: Service\nmetadata:\n  name: shop\nspec:\n  template:\n    spec:\n"
        "      containers:\n      - image: x/shop\n        command: [hypercorn, main:app]\n        resources:\n"
        "          limits:\n            memory: 1Gi\n", "shop main:app (service.yaml:10), 1024 MiB by service.yaml:13",
    ),
    "Cloud Run: the default": project(
        "service.yaml",
        "apiVersion: serving.knative.dev/v1\nkind: Service\nmetadata:\n  name: shop\nspec:\n  template:\n    spec:\n"
        "      containers:\n      - image: x/shop\n        args: [uvicorn, main:app]\n",
        "shop main:app (service.yaml:10), 512 MiB by service.yaml:9, plan cloud-run, checked 2026-08",
    ),
}  # fmt: skip
CODE = 262_144_000
PROJECTS |= {
    # functions
    "serverless.yml: of the provider, of a function": project(
        "serverless.yml",
        """\
        service: shop
        provider:
          name: aws
          runtime: python3.12
          memorySize: 256
        functions:
          api:
            handler: src/api.handle
          report:
            handler: report.make
            memorySize: 2048
          other:
            handler: index.handler
            runtime: nodejs20.x
        """,
        "api src.api:handle (serverless.yml:8), 256 MiB by serverless.yml:5, lambda, code",
        "report report:make (serverless.yml:10), 2048 MiB by serverless.yml:11, lambda, code",
        src__api_py="def handle(event, context): ...\n", report_py="def make(event, context): ...\n",
    ),
    "serverless.yml: the default, and the application behind a plugin": project(
        "serverless.yml",
        "provider: {name: aws, runtime: python3.12}\ncustom:\n  wsgi:\n    app: main.app\nfunctions:\n  api:\n"
        "    handler: wsgi_handler.handler\n",
        "api main:app (serverless.yml:4), 1024 MiB by serverless.yml:4, plan default, checked 2026-08, code",
    ),
    "serverless.yml: values that refer to others": project(
        "serverless.yml",
        "provider: {name: aws, runtime: python3.12, memorySize: '${self:custom.size}'}\ncustom: {size: 768}\n"
        "functions:\n  a: {handler: main.app}\n  b: {handler: main.other, memorySize: '${opt:mem, 640}'}\n"
        "  c: {handler: main.third, memorySize: '${ssm:/size}'}\n",
        "a main:app (serverless.yml:4), 768 MiB by serverless.yml:1, lambda, code",
        "b main:other (serverless.yml:5), 640 MiB by serverless.yml:5, lambda, code",
        "c main:third (serverless.yml:6), ? by serverless.yml:6, lambda, code", notes=("limit-unknown 6",),
    ),
    "SAM: tags, globals and a parameter": project(
        "template.yaml",
        """\
        Transform: AWS::Serverless-2016-10-31
        Parameters:
          Size: {Type: Number, Default: 512}
        Globals:
          Function:
            Runtime: python3.12
            MemorySize: !Ref Size
        Resources:
          Api:
            Type: AWS::Serverless::Function
            Properties:
              CodeUri: api/
              Handler: app.handler
              Environment: {Variables: {TABLE: !Sub "${AWS::StackName}-t"}}
          Heavy:
            Type: AWS::Serverless::Function
            Properties:
              CodeUri: heavy/
              Handler: work.run
              MemorySize: 3008
          Bucket:
            Type: AWS::S3::Bucket
            Properties: {BucketName: !GetAtt X.Y}
        """,
        "Api app:handler (template.yaml:13), 512 MiB by template.yaml:7, lambda, code",
        "Heavy work:run (template.yaml:19), 3008 MiB by template.yaml:20, lambda, code",
        api__app_py="def handler(event, context): ...\n", heavy__work_py="def run(event, context): ...\n",
    ),
    "SAM: the default of a function, a size that depends": project(
        "template.yml",
        "Resources:\n  A:\n    Type: AWS::Serverless::Function\n    Properties:\n      Handler: main.app\n"
        "      Runtime: python3.12\n  B:\n    Type: AWS::Serverless::Function\n    Properties:\n"
        "      Handler: main.other\n      Runtime: python3.12\n      MemorySize: !If [Prod, 1024, 256]\n",
        "A main:app (template.yml:5), 128 MiB by template.yml:5, plan default, checked 2026-08, code",
        "B main:other (template.yml:10), ? by template.yml:12, lambda, code", notes=("limit-unknown 12",),
    ),
    "vercel.json: a function with memory": project(
        "vercel.json", '{\n  "functions": {\n    "api/index.py": {"memory": 1024}\n  }\n}\n',
        "web api.index:app (vercel.json:3), 1024 MiB by vercel.json:3, vercel, code", api__index_py=APP,
    ),
    "vercel.json: everything to one file": project(
        "vercel.json",
        '{"builds": [{"src": "main.py", "use": "@vercel/python"}],\n'
        ' "routes": [{"src": "/(.*)", "dest": "main.py"}]}\n',
        "web main:app (vercel.json:1), ? by vercel.json:1, plan vercel, checked 2025-12, code",
    ),
    "vercel.json: a rewrite without the ending": project(
        "vercel.json", '{"rewrites": [\n  {"source": "/(.*)", "destination": "/api/index"}\n]}\n',
        "web api.index:app (vercel.json:2), ? by vercel.json:2, plan vercel, checked 2025-12, code", api__index_py=APP,
    ),
    "vercel.json: noop, such a rewrite to another language": project(
        "vercel.json", '{"rewrites": [{"source": "/(.*)", "destination": "/api/index"}]}\n',
        "web main:app (Procfile:1)", Procfile="web: uvicorn main:app\n", more={"api/index.js": ""},
    ),
    "vercel.json: noop, a site of JavaScript": project(
        "vercel.json", '{"functions": {"api/index.js": {"memory": 128}}}\n', "web main:app (Procfile:1)",
        Procfile="web: uvicorn main:app\n",
    ),
}  # fmt: skip


def in_words(size_bytes: int | None) -> str:
    whole = size_bytes is not None and size_bytes % MIB == 0
    return "?" if size_bytes is None else f"{size_bytes // MIB} MiB" if whole else f"{size_bytes} bytes"


@pytest.mark.parametrize("name", PROJECTS)
def test_deploy_files_say_what_starts_and_what_it_may_take(name: str, tmp_path: Path) -> None:
    case = PROJECTS[name]
    for path, text in case.files.items():
        (tmp_path / path).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / path).write_text(dedent(text), encoding="utf-8")
    found = read_deploy_files(tmp_path)
    sources = read_sources(tmp_path, read=read_imports, working_dirs=working_dirs(found.commands))
    entries = discover(tmp_path, sources, found.commands)
    limits = find_limits(TargetOptions(), entries, found.limits, found.commands)
    shown = []
    for entry in entries:
        words = f"{entry.name} {entry.target} ({entry.source})" + (
            f" x{entry.workers}" if entry.workers is not None else ""
        )
        words += {True: " preload", False: " no preload", None: ""}[entry.preload]
        if limit := limits.entries.get(entry.name):
            words += f", {in_words(limit.memory_bytes)} by {limit.source}" + ", code" * (limit.disk_bytes == CODE)
            assert limit.disk_bytes in (None, CODE)
        shown.append(words)
    assert tuple(shown) == case.starts
    assert tuple(f"{note.code} {note.line}" for note in (*found.notes, *limits.notes)) == case.notes


def test_there_are_enough_rows() -> None:
    assert len(PROJECTS) >= 40


SIZES = {
    compose_size: {"512m": 512 * MIB, "1g": 1 << 30, "1.5GB": 3 << 29, "64kb": 65536, "300": 300, "9b": 9,
                   "1 g": 1 << 30, "": None, "m": None, "-1": None, "1e3": None, "1p": None, "0": None},
    quantity: {"512Mi": 512 * MIB, "512M": 512 * 10**6, "1Gi": 1 << 30, "0.5Gi": 1 << 29, "128e6": 128 * 10**6,
               "134217728": 128 * MIB, "64k": 64000, "64Ki": 65536, "2e3": 2000, "512000m": 512, "K": None, "1X": None,
               "1mi": None, "9" * 40: None, "1e99": None},
    fly_size: {"512mb": 512 * MIB, "1gb": 1 << 30, "2GB": 2 << 30, "256": 256 * MIB, "x": None, "1.5gb": None},
    megabytes: {"512": 512 * MIB, "128 ": 128 * MIB, "1.5": None, "": None, "0": None, "٣": None},
}  # fmt: skip


@pytest.mark.parametrize(("read", "table"), SIZES.items(), ids=lambda each: getattr(each, "__name__", ""))
def test_sizes_are_read_as_the_platform_means_them(read: object, table: dict[str, int | None]) -> None:
    assert callable(read)
    assert {text: read(text) for text in table} == table


IMAGES: dict[bool, list[str | None]] = {
    True: ["postgres", "postgres:16-alpine", "docker.io/library/redis:7", "bitnami/postgresql", "mongo:7", "mongodb",
           "pgvector/pgvector:pg16", "docker.elastic.co/elasticsearch/elasticsearch:8.1", "nginxinc/nginx-unprivileged",
           "gcr.io/cloud-sql-connectors/cloud-sql-proxy:2", "oliver006/redis_exporter", "rabbitmq@sha256:aa",
           "clickhouse/clickhouse-server", "mcr/azure/redis-stack-server", "node:20", "memcached1.6"],
    False: [None, "", "shop", "registry.example:5000/shop:1", "vault-api", "acme/redis-worker", "nginx-python-app",
            "python:3.12", "ghcr.io/me/flowers", "nodes", "tiangolo/uvicorn-gunicorn-fastapi:python3.11"],
}  # fmt: skip


@pytest.mark.parametrize(("backing", "image"), [(key, image) for key, images in IMAGES.items() for image in images])
def test_images_that_are_no_applications(backing: bool, image: str | None) -> None:
    assert is_backing(image) is backing


def test_commands_on_one_line_keep_their_limits_apart(tmp_path: Path) -> None:
    (tmp_path / "main.py").write_text(APP, encoding="utf-8")
    text = "services: {a: {command: uvicorn main:app, mem_limit: 1g}, b: {command: python main.py, mem_limit: 2g}}\n"
    (tmp_path / "compose.yaml").write_text(text, encoding="utf-8")
    found = read_deploy_files(tmp_path)
    entries = discover(tmp_path, read_sources(tmp_path, read=read_imports), found.commands)
    limits = find_limits(TargetOptions(), entries, found.limits, found.commands)
    assert {entry.name: limit.memory_bytes for entry in entries if (limit := limits.entries.get(entry.name))} == {
        "a": 1 << 30,
        "b": 2 << 30,
    }
    assert limits.notes == ()


@pytest.mark.parametrize("value", [True, 1.5, None, [512], {"a": 1}])
def test_noop_machine_sizes_of_other_types(value: object) -> None:
    assert fly_size(value) is None
