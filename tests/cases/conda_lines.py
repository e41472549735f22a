"""Lines for conda: some are C libraries, compilers or programs, and no distributions of Python."""

from collections.abc import Mapping

from tests.cases.case import Case, libs

NATIVE = (
    "libffi",
    "libpng",
    "libblas=3.9",
    "tbb",
    "ucrt",
    "openssl>=3",
    "zlib",
    "compilers",
    "cudatoolkit=11.8",
    "mkl",
)
MORE = (
    "_libgcc_mutex=0.1=main", "gcc_linux-64", "sysroot_linux-64=2.17", "liblapack", "libwebp-base", "nvidia::cuda-nvcc",
    "conda-forge::libzlib=1.2", "vs2015_runtime", "r-base", "perl-base", "boost-cpp", "libjpeg-turbo",
    "kernel-headers_linux-64", "font-ttf-inconsolata", "xorg-libx11", "aws-c-common", "re2", "icu=73", "llvm-openmp",
    "pthread-stubs",
)  # fmt: skip


EXPORT = (
    "_openmp_mutex=5.1=1_gnu", "bzip2=1.0.8=h5eee18b_6", "ca-certificates=2024.7.2=h06a4308_0",
    "expat=2.6.2=h6a678d5_0",
    "ld_impl_linux-64=2.38=h1181459_1", "libgcc-ng=11.2.0=h1234567_1", "libstdcxx-ng=11.2.0=h1234567_1",
    "libuuid=1.41.5=h5eee18b_0", "ncurses=6.4=h6a678d5_0", "readline=8.2=h5eee18b_0", "sqlite=3.45.3=h5eee18b_0",
    "tk=8.6.14=h39e8969_0", "xz=5.4.6=h5eee18b_1", "zlib=1.2.13=h5eee18b_1", "intel-openmp=2023.1.0=hdb19cb5_46306",
    "mkl=2023.1.0=h213fc3f_46344", "tbb=2021.8.0=hdb19cb5_0", "lz4-c=1.9.4=h6a678d5_1", "zeromq=4.3.5=h6a678d5_0",
    "gst-plugins-base=1.14.1=h6a678d5_1", "gstreamer=1.14.1=h5eee18b_1", "cfitsio=3.470=h5893167_7",
    "dal=2023.1=hdb19cb5_4",
)  # fmt: skip


def conda(text: str, *lines: str, **files: str) -> dict[str, str]:
    listed = "".join(f"  - {line}\n" for line in lines)
    return {"main.py": f"{text}\napp = 1\n", "environment.yml": f"name: x\ndependencies:\n{listed}", **files}


def names(lines: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(line.rpartition("::")[2].partition("=")[0].rstrip(">") for line in lines)


CLAUSES: Mapping[str, Mapping[str, Case]] = {
    "lines for conda": {
        "E4 C libraries": Case(
            conda("import a", "python=3.11", "a", *NATIVE), {"a": "startup main.py:1"}, libs("a"), absent=names(NATIVE),
        ),
        "E4 sibling: more of them, with channels and builds": Case(
            conda("import a", "a", *MORE), {"a": "startup main.py:1"}, libs("a"), absent=names(MORE),
        ),
        "E4 sibling: all that conda has installed, with its builds": Case(
            conda("import a", "a=1.0=py311h06a4308_0", *EXPORT), {"a": "startup main.py:1"}, libs("a"),
            absent=names(EXPORT),
        ),
        "E4 sibling: in pixi.toml": Case(
            {
                "main.py": "import a\napp = 1\n",
                "pixi.toml": '[dependencies]\npython = "3.11.*"\na = "*"\nlibffi = "*"\ntbb = "*"\nlibpng = ">=1"\n',
            },
            {"a": "startup main.py:1"}, libs("a"), absent=("libffi", "tbb", "libpng"),
        ),
        "E4 sibling: without an environment": Case(
            conda("import a", "a", *NATIVE), {"a": "startup main.py:1"}, absent=names(NATIVE), installed=False,
        ),
        "E4 sibling: one that nothing tells": Case(
            conda("import a", "a", "quuxlib"), {"a": "startup", "quuxlib": "unused cannot-tell"}, libs("a"),
        ),
        "noop: E4 a Python distribution whose name begins so, installed": Case(
            conda("import a", "a", "libcst"), {"libcst": "unused"}, libs("a libcst"),
        ),
        "noop: E4 one that is imported and not installed": Case(
            conda("import librosa", "librosa"), {"librosa": "startup main.py:1"}, installed=False,
        ),
        "noop: E4 the same name in a list for pip": Case(
            conda("import a", "a", "pip:\n    - tbb"), {"tbb": "unused"}, libs("a tbb"),
        ),
    },
}  # fmt: skip
