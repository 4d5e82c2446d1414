"""Special functions, under the names of ``torch.special``. They are defined in ``ops``.

Values that NumPy lacks are SciPy's: ``pip install 'minigrad[special]'``.
"""

from __future__ import annotations

from . import ops
from .ops.special_functions import bessel, entropies, gamma, normal, polynomials

airy_ai = bessel.airy_ai
bessel_j0 = bessel.bessel_j0
bessel_j1 = bessel.bessel_j1
bessel_y0 = bessel.bessel_y0
bessel_y1 = bessel.bessel_y1
chebyshev_polynomial_t = polynomials.chebyshev_polynomial_t
chebyshev_polynomial_u = polynomials.chebyshev_polynomial_u
chebyshev_polynomial_v = polynomials.chebyshev_polynomial_v
chebyshev_polynomial_w = polynomials.chebyshev_polynomial_w
digamma = gamma.digamma
entr = entropies.entr
erf = ops.erf
erfc = ops.erfc
erfcx = normal.erfcx
erfinv = normal.erfinv
exp2 = ops.exp2
expit = ops.sigmoid
expm1 = ops.expm1
gammainc = gamma.igamma
gammaincc = gamma.igammac
gammaln = gamma.lgamma
hermite_polynomial_h = polynomials.hermite_polynomial_h
hermite_polynomial_he = polynomials.hermite_polynomial_he
i0 = bessel.i0
i0e = bessel.i0e
i1 = bessel.i1
i1e = bessel.i1e
laguerre_polynomial_l = polynomials.laguerre_polynomial_l
legendre_polynomial_p = polynomials.legendre_polynomial_p
log1p = ops.log1p
log_ndtr = normal.log_ndtr
log_softmax = ops.log_softmax
logit = ops.logit
logsumexp = ops.logsumexp
modified_bessel_i0 = bessel.i0
modified_bessel_i1 = bessel.i1
modified_bessel_k0 = bessel.modified_bessel_k0
modified_bessel_k1 = bessel.modified_bessel_k1
multigammaln = gamma.mvlgamma
ndtr = normal.ndtr
ndtri = normal.ndtri
polygamma = gamma.polygamma
psi = gamma.digamma
round = ops.round
scaled_modified_bessel_k0 = bessel.scaled_modified_bessel_k0
scaled_modified_bessel_k1 = bessel.scaled_modified_bessel_k1
shifted_chebyshev_polynomial_t = polynomials.shifted_chebyshev_polynomial_t
shifted_chebyshev_polynomial_u = polynomials.shifted_chebyshev_polynomial_u
shifted_chebyshev_polynomial_v = polynomials.shifted_chebyshev_polynomial_v
shifted_chebyshev_polynomial_w = polynomials.shifted_chebyshev_polynomial_w
sinc = ops.sinc
softmax = ops.softmax
spherical_bessel_j0 = bessel.spherical_bessel_j0
xlog1py = entropies.xlog1py
xlogy = ops.xlogy
zeta = gamma.zeta
