"""Who claims which file: folders that stay lists and folders that become tables say the same."""

from hypothesis import given
from hypothesis import strategies as st

from footprint.collect.disk.claimed_files import ClaimedFiles
from footprint.collect.disk.record import separate

PATHS = st.lists(st.sampled_from(["m.py", "a/m.py", "a/n.py", "a/b/m.py", "c/m.py"]), max_size=6)


@given(st.lists(st.tuples(st.integers(0, 2), PATHS), max_size=5))
def test_the_first_claim_stands_and_the_others_are_told(claims: list[tuple[int, list[str]]]) -> None:
    files, wanted = ClaimedFiles(), dict[str, int]()
    for owner, paths in claims:
        taken = files.claim(owner, separate(paths, None).groups)
        assert sorted(taken) == sorted(path for path in paths if wanted.setdefault(path, owner) != owner)
    for folder in ("", "a", "a/b", "c"):
        listed = files.as_listed(folder)
        of_folder = {path.rpartition("/")[2]: one for path, one in wanted.items() if path.rpartition("/")[0] == folder}
        assert listed is None or {listed[0]} == set(of_folder.values())
        assert files.of_folder(folder) == of_folder
        assert files.as_listed(folder) is None  # whoever asked for a table may change it
    assert (dict(files), len(files)) == (wanted, len(wanted))


def test_what_is_odd_is_told_from_its_folder_wherever_it_stands() -> None:
    plain = ["a/m.py", "m.py", "a/n.py", "a./m.py", "a./n.", "..b", "c/"]
    odd = [
        "../../bin/tool",
        "../../bin/tool",
        "/root",
        "/etc/file",
        "a/./m.py",
        "a//m.py",
        "//m.py",
        "./m.py",
        "a./../m",
    ]
    for paths in (plain + odd, odd + plain, [each for pair in zip(odd, plain, strict=False) for each in pair]):
        record = separate(paths, None)
        assert set(record.odd) == set(paths) & set(odd) | ({"a./m.py", "a./n."} & set(paths))
        assert sorted(record.paths()) == sorted(set(paths) & set(plain) - {"a./m.py", "a./n."})
