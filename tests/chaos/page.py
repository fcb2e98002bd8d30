"""The page: what was tried, what happened, and a picture of freshness and faults."""

from collections.abc import Sequence
from html import escape
from pathlib import Path
from typing import Final

from chaos.checker import KINDS
from chaos.conduct import Run

_WIDTH: Final = 900
_HEIGHT: Final = 220
_COLOURS: Final = ("#c0392b", "#8e44ad", "#2471a3", "#148f77", "#b7950b", "#ca6f1e", "#5d6d7e")
_STYLE: Final = """
:root { color-scheme: light dark; }
body { font: 16px/1.5 system-ui, sans-serif; max-width: 60rem; margin: 2rem auto; padding: 0 1rem; }
table { border-collapse: collapse; width: 100%; }
td, th { text-align: left; padding: .25rem .75rem .25rem 0; border-bottom: 1px solid #8884; }
.scroll { overflow-x: auto; }
svg { max-width: 100%; height: auto; } .good { color: #1e8449; } .bad { color: #c0392b; }
"""
_WORDS: Final = {
    "lost": ("perdus", "lost"),
    "doubled": ("en double ou différents", "doubled or different"),
    "went_back": ("revenus en arrière", "went back to an older version"),
    "topic_behind": ("dans le désordre sur le courtier", "out of order at the broker"),
    "parked_without_cause": ("mis de côté sans raison", "parked without cause"),
    "beyond_limits": ("comptés et non gardés", "counted and not kept"),
    "outbox_left": ("jamais partis", "never sent"),
    "restless": ("encore en mouvement à la fin", "still in motion in the end"),
    "promise_broken": ("confirmés puis disparus", "confirmed, then gone"),
    "seats_too_many": ("places en trop", "seats too many"),
    "disagreements": ("désaccords entre instances", "instances that disagree"),
    "taken_over": (
        "entités montrées avec les mots d'un autre",
        "entities shown in another's words",
    ),
    "slowed": ("plus de deux fois plus lents à cause d'un autre", "more than twice as slow"),
    "notices_twice": ("avis en double", "notices twice"),
    "notices_lost": ("avis perdus", "notices that never came"),
    "history_told": ("avis de ce qui était déjà passé", "notices of what was past already"),
    "died": ("processus finis d'eux-mêmes", "processes that ended by themselves"),
}


def write_page(path: Path, runs: Sequence[Run]) -> None:
    """Write one HTML file that needs nothing else."""
    bad = sum(run.findings.count(kind) for run in runs for kind in KINDS)
    commits = sum(run.ledger["commits"] for run in runs)
    struck = sum(len(run.struck) for run in runs)
    verdict = (
        f'<p class="good"><strong>Rien de perdu, rien de doublé.</strong> {commits:,} '
        f"changements, {struck} pannes.<br><strong>Nothing lost, nothing doubled.</strong> "
        f"{commits:,} changes, {struck} faults.</p>"
        if not bad
        else f'<p class="bad"><strong>{bad} fautes trouvées.</strong> / '
        f"<strong>{bad} violations found.</strong></p>"
    )
    sections = "".join(map(_section, runs))
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(
        '<!doctype html><html lang="fr"><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        f"<title>Pannes provoquées / Faults on purpose</title><style>{_STYLE}</style>"
        "<h1>Pannes provoquées <small>/ Faults on purpose</small></h1>"
        f"{verdict}{sections}</html>",
        encoding="utf-8",
    )


def _section(run: Run) -> str:
    rows = "".join(
        f"<tr><td>{' / '.join(_WORDS[kind])}</td><td>{run.findings.count(kind)}</td></tr>"
        for kind in KINDS
    )
    faults = "".join(
        f"<tr><td>{one.began:.0f} - {one.healed:.0f} s</td><td>{escape(one.name)}</td>"
        f"<td>{escape(one.what)}</td></tr>"
        for one in run.struck
    )
    violations = "".join(
        f"<li>{escape(kind)}: {escape(one)}</li>"
        for kind, found in run.findings.found.items()
        for one in found[:20]
    )
    fresh = run.ledger["freshness_s"]
    return (
        f"<h2>Tirage / seed {escape(run.seed)}</h2>"
        f"<p>{run.ledger['commits']:,} changements / changes, {run.ledger['effects']:,} effets / "
        f"effects, {run.ledger['seconds']:.0f} s. "
        "D'un changement à sa connaissance partout / from a change to everybody: "
        f"{fresh['p50']:.2f} s (p50), {fresh['p99']:.2f} s (p99), {fresh['worst']:.1f} s "
        "(pire / worst).</p>"
        f'{_beside_a_hostile_owner(run)}<div class="scroll">{_picture(run)}</div>'
        f"<table>{rows}</table>"
        f'<details><summary>Pannes / faults ({len(run.struck)})</summary><div class="scroll">'
        f"<table>{faults}</table></div></details>"
        + (f'<h3 class="bad">Fautes / violations</h3><ul>{violations}</ul>' if violations else "")
    )


def _beside_a_hostile_owner(run: Run) -> str:
    """How much it wrote, and how long others' changes took beside whom."""
    if run.comparison is None:
        return ""
    rows = "".join(
        f"<tr><td>{escape(service)}</td>{''.join(f'<td>{one:.2f} s</td>' for one in seconds)}</tr>"
        for service, *seconds in run.comparison.medians
    )
    return (
        f"<p>À côté d'un participant hostile / beside a hostile owner: {run.hostile['bytes']:,} "
        f"octets / bytes, {run.hostile['seconds']:.0f} s.</p>"
        "<table><tr><th></th><th>sans personne / beside nobody</th>"
        "<th>à côté d'un autre / beside an ordinary one</th><th>avec lui / beside it</th></tr>"
        f"{rows}</table>"
    )


def _picture(run: Run) -> str:
    """Faults as bands over time, and each probe's seconds as a bar."""
    end = max([run.ledger["seconds"], 1.0])
    highest = max([took for _, took in run.probes] + [1.0])
    names = sorted({one.name for one in run.struck})
    colour = {name: _COLOURS[at % len(_COLOURS)] for at, name in enumerate(names)}
    bands = "".join(
        f'<rect x="{one.began / end * _WIDTH:.1f}" y="0" height="{_HEIGHT}" '
        f'width="{max(1.0, (one.healed - one.began) / end * _WIDTH):.1f}" '
        f'fill="{colour[one.name]}" opacity="0.3"><title>{escape(one.what)}</title></rect>'
        for one in run.struck
    )
    bars = "".join(
        f'<rect x="{at / end * _WIDTH:.1f}" y="{_HEIGHT - took / highest * _HEIGHT:.1f}" '
        f'width="1.5" height="{max(0.5, took / highest * _HEIGHT):.1f}" fill="currentColor"/>'
        for at, took in run.probes
    )
    legend = "".join(
        f'<text x="{5 + 175 * (at % 5)}" y="{_HEIGHT + 36 + 18 * (at // 5)}" '
        f'fill="{colour[name]}" font-size="13">■ {escape(name)}</text>'
        for at, name in enumerate(names)
    )
    height = _HEIGHT + 50 + 18 * (len(names) // 5)
    return (
        f'<svg viewBox="0 0 {_WIDTH} {height}" role="img" font-family="system-ui, sans-serif" '
        'aria-label="Freshness over time, with faults as bands">'
        f"{bands}{bars}"
        f'<text x="4" y="14" font-size="12" fill="currentColor">{highest:.1f} s</text>'
        f'<text x="4" y="{_HEIGHT + 15}" font-size="12" fill="currentColor">0</text>'
        f'<text x="{_WIDTH - 45}" y="{_HEIGHT + 15}" font-size="12" fill="currentColor">'
        f"{end:.0f} s</text>{legend}</svg>"
    )
