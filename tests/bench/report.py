"""A run's figures as a table, as JSON and against the targets."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path
from statistics import median

from bench.measured_servers import Figures
from bench.plot import svg
from testkit.page_weight import FIRST_BYTES, FOLLOWING_BYTES, REQUESTS, SCRIPT_BYTES

TARGETS: Mapping[str, tuple[str, float]] = {
    "road_events_per_s": ("≥", 20_000),
    "road_to_faststream_outbox": ("≥", 12),
    "relay_to_bare_send": ("≥", 0.9),
    "consumer_events_per_s": ("≥", 22_000),
    "replay_events_per_s": ("≥", 25_000),
    "fresh_p50_ms_1000": ("≤", 15),
    "fresh_p99_ms_1000": ("≤", 50),
    "commands_per_s": ("≥", 3_000),
    "http_to_bare": ("≥", 0.6),
    "seat_decision_ms_5": ("≤", 2),
    "seat_decision_ms_5000": ("≤", 2),
    "pages_list_p95_ms": ("≤", 100),
    "pages_suggestions_p95_ms": ("≤", 40),
    "pages_page_p95_ms": ("≤", 100),
    "pages_options_p95_ms": ("≤", 30),
    "pages_part_p95_ms": ("≤", 40),
    "pages_unchanged_p95_ms": ("≤", 10),
    "pages_first_bytes": ("≤", FIRST_BYTES),
    "pages_following_bytes": ("≤", FOLLOWING_BYTES),
    "pages_script_bytes": ("≤", SCRIPT_BYTES),
    "pages_requests": ("≤", REQUESTS),
    "fan_out_17_ms": ("≤", 600),
    "idle_17_cores": ("≤", 0.6),
    "idle_17_mib": ("≤", 2_457),
    "idle_68_mib": ("≤", 4_096),
}


@dataclass(frozen=True, slots=True)
class Row:
    """One figure over the rounds."""

    name: str
    median: float
    least: float
    most: float

    @property
    def target(self) -> str:
        if self.name not in TARGETS:
            return ""
        sign, bound = TARGETS[self.name]
        return f"{sign} {bound:,g}"

    @property
    def verdict(self) -> str:
        if self.name not in TARGETS:
            return ""
        sign, bound = TARGETS[self.name]
        met = self.median >= bound if sign == "≥" else self.median <= bound
        return "met" if met else "missed"


@dataclass(frozen=True, slots=True)
class Report:
    """Rounds in the order they ran, and the flat cost's points."""

    rounds: Sequence[Figures]
    history: Sequence[Figures] = ()
    about: Mapping[str, object] = field(default_factory=dict)

    def rows(self) -> list[Row]:
        names = dict.fromkeys(name for one in self.rounds for name in one)
        return [_row(name, self.rounds) for name in names]

    def medians(self) -> Figures:
        return {row.name: _short(row.median) for row in self.rows()}

    def text(self) -> str:
        lines = [f"{'figure':36}{'median':>12}{'least':>12}{'most':>12}"]
        lines += [
            f"{row.name:36}{_shown(row.median):>12}{_shown(row.least):>12}{_shown(row.most):>12}"
            for row in self.rows()
        ]
        return "\n".join(lines)

    def verdicts(self) -> str:
        """Each target with what was measured; those of parts that did not run, too."""
        rows = {row.name: row for row in self.rows()}
        lines = []
        for name, (sign, bound) in TARGETS.items():
            row = rows.get(name)
            seen = f"{_shown(row.median):>12}  {row.verdict}" if row else f"{'':>12}  not measured"
            lines.append(f"{name:36}{f'{sign} {bound:,g}':>12}{seen}")
        return "\n".join(lines)

    def markdown(self) -> str:
        head = "| figure | median | least | most | target | |\n|---|---:|---:|---:|---|---|\n"
        return head + "".join(
            f"| `{row.name}` | {_shown(row.median)} | {_shown(row.least)} | {_shown(row.most)} "
            f"| {row.target} | {row.verdict} |\n"
            for row in self.rows()
        )

    def write(self, folder: Path) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        content = asdict(self) | {
            "medians": self.medians(),
            "figures": {row.name: asdict(row) for row in self.rows()},
            "targets": {name: f"{sign} {bound:g}" for name, (sign, bound) in TARGETS.items()},
        }
        (folder / "bench.json").write_text(json.dumps(content, indent=1, ensure_ascii=False))
        (folder / "bench.md").write_text(self.markdown())
        if self.history:
            (folder / "history.svg").write_text(svg(self.history))


def _row(name: str, rounds: Sequence[Figures]) -> Row:
    values = [one[name] for one in rounds if name in one]
    return Row(name, median(values), min(values), max(values))


def _short(value: float) -> float:
    return round(value, 2)


def _shown(value: float) -> str:
    return f"{value:,.0f}" if abs(value) >= 1000 else f"{value:,.2f}"
