"""The programme of quotas and spare capacity as HiGHS solves it: oracle of a test, peer of a benchmark."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Floats = NDArray[np.float64]

_SUM: Final = 1e3


def quota_by_highs(flows: Floats, caps: Floats, elasticity: float) -> tuple[Floats, Floats] | None:
    """Flows and unmet demand, or nothing where HiGHS gives up. Variables: every edge, then every importer.

    Tonnes are scaled to a sum of `_SUM`: on raw ones its answer is up to a hundredth of trade off.
    """
    import highspy
    import numpy as np

    scale = _SUM / flows.sum()
    flows, caps = flows * scale, caps * scale
    n = len(flows)
    edges = np.argwhere(flows > 0)
    base, wanted = flows[flows > 0], flows.sum(axis=0)
    cols = len(edges) + n
    solver = highspy._core._Highs()  # the class `Highs` writes a banner while it is made
    solver.setOptionValue("output_flag", False)
    solver.setOptionValue("threads", 1)
    lp = highspy.HighsLp()
    lp.num_col_, lp.num_row_ = cols, 2 * n
    lp.col_cost_ = np.concatenate([-np.ones(len(edges)), np.zeros(n)])
    lp.col_lower_ = np.zeros(cols)
    lp.col_upper_ = np.concatenate([np.full(len(edges), highspy.kHighsInf), wanted])
    lp.row_lower_ = np.concatenate([wanted, np.full(n, -highspy.kHighsInf)])
    lp.row_upper_ = np.concatenate([wanted, caps])
    start, index, value = [0], [], []
    for i, j in edges:
        index += [int(j), n + int(i)]
        value += [1.0, 1.0]
        start.append(len(index))
    for j in range(n):
        index.append(j)
        value.append(1.0)
        start.append(len(index))
    lp.a_matrix_.format_ = highspy.MatrixFormat.kColwise
    lp.a_matrix_.start_, lp.a_matrix_.index_ = np.array(start), np.array(index)
    lp.a_matrix_.value_ = np.array(value)
    hessian = highspy.HighsHessian()
    hessian.dim_ = cols
    hessian.format_ = highspy.HessianFormat.kTriangular
    hessian.start_ = np.arange(cols + 1)
    hessian.index_ = np.arange(cols)
    weight = np.where(wanted > 0, elasticity * wanted, 1.0)
    hessian.value_ = np.concatenate([1 / base, 1 / weight])
    model = highspy.HighsModel()
    model.lp_, model.hessian_ = lp, hessian
    solver.passModel(model)
    solver.run()
    if solver.getModelStatus() != highspy.HighsModelStatus.kOptimal:
        return None
    found = np.array(solver.getSolution().col_value)
    shipped = np.zeros((n, n))
    shipped[tuple(edges.T)] = found[: len(edges)]
    return shipped / scale, found[len(edges) :] / scale
