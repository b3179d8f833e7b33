"""Screening of whole columns against the polars expression written by hand."""

from importlib.util import find_spec
from typing import Any

from candidate_path import LEVELS, MACHINE
from measurement import Job, Row, side_by_side

SEED = 1
UNKNOWN = 0.1


def screening(rows: int, rounds: int) -> Row:
    """Rows a second of the rule of the screening over columns of which a tenth is unknown."""
    name, wanted = "columns: rows screened, a tenth unknown", "0.7 ×"
    if find_spec("polars") is None or find_spec("numpy") is None:
        return Row(name, "a second", not_measured={"procedures": "polars and numpy are not installed"}, wanted=wanted)
    engines = {"procedures": (_ours, rows), "polars by hand": (_by_hand, rows)}
    return side_by_side(name, engines, rounds, wanted, alike=rows)


def _table(rows: int) -> Any:
    """Encoded columns of the facts that the screening reads."""
    import numpy as np
    import polars as pl

    draw = np.random.default_rng(SEED)
    columns = {
        "candidate_type": pl.Series(
            draw.choice(["external", "internal"], rows), dtype=pl.Enum(["external", "internal"])
        ),
        "contract": pl.Series(
            draw.choice(["permanent", "fixed_term"], rows), dtype=pl.Enum(["permanent", "fixed_term"])
        ),
        "service_seniority": pl.Series(draw.integers(0, 60, rows)),
        "grade_level": pl.Series(draw.integers(0, 4, rows), dtype=pl.Int32),
        "level_c_seniority": pl.Series(draw.integers(0, 60, rows)),
        "leadership_experience": pl.Series(draw.integers(0, 60, rows)),
    }
    known = {name: pl.Series(draw.random(rows) >= UNKNOWN) for name in columns}
    return pl.DataFrame(columns).select(
        pl.when(known[name]).then(pl.col(name)).otherwise(None).alias(name) for name in columns
    )


def _job(rows: int, expression: Any) -> Job:
    table = _table(rows)
    found: list[Any] = []

    def play() -> None:
        found.append(table.select(expression.alias("admitted")).to_series())

    # Everything there is to the answer, so that two expressions are seen to say the same of every row.
    return Job(rows, play, lambda: {f"{found[0].sum()} of {found[0].null_count()} {found[0].hash(SEED).sum()}"})


def _ours(rows: int) -> Job:
    from rules.columns import expression

    return _job(rows, expression(MACHINE.steps["screening"].outcomes[0].when, MACHINE.declared))


def _by_hand(rows: int) -> Job:
    from polars import col

    permanent = (col("candidate_type") == "internal") & (col("contract") == "permanent")
    external = (col("candidate_type") == "external") & (col("leadership_experience") >= 24)
    level_b = permanent & (col("service_seniority") >= 12) & (col("grade_level") >= LEVELS[1:].index("B"))
    level_c = permanent & (col("level_c_seniority") >= 12)
    return _job(rows, external | level_b | level_c)
