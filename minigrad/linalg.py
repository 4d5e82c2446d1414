"""Linear algebra, under the names of ``torch.linalg``. The functions are defined in ``ops``."""

from .ops.contracting.matmul import matmul
from .ops.linear_algebra.checks import LinAlgError
from .ops.linear_algebra.cholesky import cholesky, cholesky_ex
from .ops.linear_algebra.determinants import det, slogdet
from .ops.linear_algebra.eig import eig, eigvals
from .ops.linear_algebra.eigen import eigh, eigvalsh
from .ops.linear_algebra.inverse import inv, inv_ex, tensorinv
from .ops.linear_algebra.ldl import ldl_factor, ldl_factor_ex, ldl_solve
from .ops.linear_algebra.lu import lu, lu_factor, lu_factor_ex, lu_solve
from .ops.linear_algebra.matrix_functions import matrix_exp, matrix_power
from .ops.linear_algebra.matrix_norms import cond, matrix_norm, norm
from .ops.linear_algebra.products import cross, multi_dot, vander, vecdot
from .ops.linear_algebra.pseudoinverse import lstsq, matrix_rank, pinv
from .ops.linear_algebra.qr import householder_product, qr
from .ops.linear_algebra.solve import solve, solve_ex, tensorsolve
from .ops.linear_algebra.svd import svd, svdvals
from .ops.linear_algebra.triangular import solve_triangular
from .ops.reducing.norms import vector_norm
from .ops.shaping.diagonals import diagonal as _diagonal

__all__ = [
    "LinAlgError",
    "cholesky",
    "cholesky_ex",
    "cond",
    "cross",
    "det",
    "diagonal",
    "eig",
    "eigh",
    "eigvals",
    "eigvalsh",
    "householder_product",
    "inv",
    "inv_ex",
    "ldl_factor",
    "ldl_factor_ex",
    "ldl_solve",
    "lstsq",
    "lu",
    "lu_factor",
    "lu_factor_ex",
    "lu_solve",
    "matmul",
    "matrix_exp",
    "matrix_norm",
    "matrix_power",
    "matrix_rank",
    "multi_dot",
    "norm",
    "pinv",
    "qr",
    "slogdet",
    "solve",
    "solve_ex",
    "solve_triangular",
    "svd",
    "svdvals",
    "tensorinv",
    "tensorsolve",
    "vander",
    "vecdot",
    "vector_norm",
]


def diagonal(A: object, *, offset: int = 0, dim1: int = -2, dim2: int = -1) -> object:
    """Return a view of the diagonals of matrices: ``minigrad.diagonal`` of the last dimensions."""
    return _diagonal(A, offset, dim1, dim2)
