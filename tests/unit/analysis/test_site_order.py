"""The order of evidence: that of the texts of the sites, whatever their paths are."""

import itertools

from footprint.analysis.use.use_facts import site_evidence
from footprint.model.source_modules import ImportSite, Placement, SiteUse

PATHS = ("a.py", "a'b\n.py", 'q"/x.py', "\udcff.py", "b.py")


def test_sites_are_in_the_order_of_their_texts() -> None:
    places = list(itertools.product(PATHS, (1, 9, 10), Placement, (None, "f.g")))
    sites = [ImportSite(path, line, "m", placement=kind, function=function) for path, line, kind, function in places]
    found = site_evidence(SiteUse(site, "lazy", None, ()) for site in reversed(sites))
    wanted = [(path, line, kind.value, function) for path, line, kind, function in sorted(places, key=str)]
    assert [(each.path, each.line, each.placement, each.function) for each in found] == wanted
