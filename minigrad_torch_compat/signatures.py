"""PyTorch's names of leading arguments, where minigrad's own are others; and what has no effect.

A table instead of wrappers by hand: ``keywords`` reads it.
"""

from __future__ import annotations


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


_BINARY = _words(
    """
    add allclose arctan2 atan2 bitwise_and bitwise_left_shift bitwise_or bitwise_right_shift
    bitwise_xor copysign dist div divide eq equal floor_divide fmod ge greater greater_equal gt
    igamma igammac inner isclose kron le less less_equal logaddexp logaddexp2 logical_and
    logical_or logical_xor lt matmul maximum minimum mul multiply ne not_equal remainder rsub
    sub subtract tensordot true_divide vdot xlogy linalg.cross linalg.matmul linalg.tensorsolve
    special.gammainc special.gammaincc special.xlog1py special.xlogy special.zeta
    """
)

# How a function's first arguments are called; of those not listed, the first is ``input``.
LEADING: dict[str, tuple[str, ...]] = {
    **dict.fromkeys(_BINARY, ("input", "other")),
    **dict.fromkeys(("bmm", "mm"), ("input", "mat2")),
    **dict.fromkeys(("float_power", "pow"), ("input", "exponent")),
    **dict.fromkeys(("ger", "outer"), ("input", "vec2")),
    **dict.fromkeys(("cholesky_solve", "orgqr"), ("input", "input2")),
    **dict.fromkeys(("polygamma", "special.polygamma"), ("n", "input")),
    **dict.fromkeys(("dropout", "alpha_dropout", "feature_alpha_dropout"), ("input", "p", "train")),
    "dot": ("input", "tensor"),
    "mv": ("input", "vec"),
    "lerp": ("input", "end", "weight"),
    "ormqr": ("input", "input2", "input3"),
    "swapaxes": ("input", "axis0", "axis1"),
    "where": ("condition", "input", "other"),
    "linalg.lstsq": ("input", "b"),
    "split": ("tensor", "split_size_or_sections"),
    "expand_copy": ("input", "size"),
    **dict.fromkeys(("split_copy", "unsafe_split"), ("input", "split_size")),
    "einsum": ("equation",),
}

# How the arguments of a method are called after the tensor itself.
METHODS: dict[str, tuple[str, ...]] = {
    "view": ("size",),
    "expand": ("size",),
    "repeat": ("repeats",),
    "split": ("split_size",),
    "reshape": ("shape",),
    "permute": ("dims",),
}

# Functions that can write their result to ``out``.
OUT = _words(
    """
    abs absolute acos acosh add addbmm addcdiv addcmul addmm addmv addr alias_copy all amax amin
    aminmax angle any arange arccos arccosh arcsin arcsinh arctan arctan2 arctanh argmax argmin
    as_strided_copy asin asinh atan atan2 atanh baddbmm bernoulli bitwise_and bitwise_left_shift
    bitwise_not bitwise_or bitwise_right_shift bitwise_xor bmm bucketize cat ceil chain_matmul
    cholesky cholesky_inverse cholesky_solve clamp clamp_max clamp_min clip column_stack complex
    concat concatenate conj_physical copysign cos cosh cross cummax cummin cumprod cumsum
    deg2rad detach_copy diag diagonal_copy diff digamma div divide dot dstack empty eq erf erfc
    erfinv exp exp2 expm1 eye fix float_power floor floor_divide fmax fmin fmod frac frexp
    frobenius_norm full gather gcd ge geqrf ger greater greater_equal gt hardshrink heaviside
    histc histogram hstack hypot i0 igamma igammac index_add index_copy index_reduce
    index_select inner inverse isin isneginf isposinf kron kthvalue lcm ldexp le lerp less
    less_equal lgamma linspace log log10 log1p log2 log_softmax logaddexp logaddexp2
    logcumsumexp logical_and logical_not logical_or logical_xor logit logspace logsumexp lt
    lu_solve lu_unpack masked_select matmul matrix_power max maximum mean median min minimum mm
    mode msort mul multinomial multiply mv mvlgamma nan_to_num nanmean nanmedian nanquantile
    nansum narrow_copy ne neg negative nextafter nonzero norm normal not_equal nuclear_norm ones
    orgqr ormqr outer polar polygamma pow prod qr quantile rad2deg rand randint randn randperm
    reciprocal remainder renorm round row_stack rsqrt scatter scatter_add searchsorted sgn
    sigmoid sign signbit sin sinc sinh slice_copy slice_scatter slogdet softmax sort sqrt square
    squeeze_copy stack std sub subtract sum svd t_copy take take_along_dim tan tanh tensordot
    threshold topk triangular_solve tril triu true_divide trunc unbind_copy unfold_copy
    unsqueeze_copy var vdot vstack where xlogy zeros fft.fft fft.fft2 fft.fftfreq fft.fftn
    fft.hfft fft.hfft2 fft.hfftn fft.ifft fft.ifft2 fft.ifftn fft.ihfft fft.ihfft2 fft.ihfftn
    fft.irfft fft.irfft2 fft.irfftn fft.rfft fft.rfft2 fft.rfftfreq fft.rfftn linalg.cholesky
    linalg.cholesky_ex linalg.cond linalg.cross linalg.det linalg.eig linalg.eigh linalg.eigvals
    linalg.eigvalsh linalg.householder_product linalg.inv linalg.inv_ex linalg.ldl_factor
    linalg.ldl_factor_ex linalg.ldl_solve linalg.lstsq linalg.lu linalg.lu_factor
    linalg.lu_factor_ex linalg.lu_solve linalg.matmul linalg.matrix_norm linalg.matrix_power
    linalg.matrix_rank linalg.multi_dot linalg.norm linalg.pinv linalg.qr linalg.slogdet
    linalg.solve linalg.solve_ex linalg.solve_triangular linalg.svd linalg.svdvals
    linalg.tensorinv linalg.tensorsolve linalg.vecdot linalg.vector_norm special.airy_ai
    special.bessel_j0 special.bessel_j1 special.bessel_y0 special.bessel_y1
    special.chebyshev_polynomial_t special.chebyshev_polynomial_u special.chebyshev_polynomial_v
    special.chebyshev_polynomial_w special.digamma special.entr special.erf special.erfc
    special.erfcx special.erfinv special.exp2 special.expit special.expm1 special.gammainc
    special.gammaincc special.gammaln special.hermite_polynomial_h special.hermite_polynomial_he
    special.i0 special.i0e special.i1 special.i1e special.laguerre_polynomial_l
    special.legendre_polynomial_p special.log1p special.log_ndtr special.logit special.logsumexp
    special.modified_bessel_i0 special.modified_bessel_i1 special.modified_bessel_k0
    special.modified_bessel_k1 special.multigammaln special.ndtr special.ndtri special.polygamma
    special.psi special.round special.scaled_modified_bessel_k0
    special.scaled_modified_bessel_k1 special.shifted_chebyshev_polynomial_t
    special.shifted_chebyshev_polynomial_u special.shifted_chebyshev_polynomial_v
    special.shifted_chebyshev_polynomial_w special.sinc special.spherical_bessel_j0
    special.xlog1py special.xlogy special.zeta
    """
)

# Arguments that are taken and have no effect, with the functions and methods that take them.
IDLE: dict[str, tuple[str, frozenset[str]]] = {
    "layout": (
        "torch.strided is the only one; others are an error",
        _words(
            """
            arange empty empty_like empty_permuted empty_strided eye full full_like linspace
            logspace new_empty new_full new_ones new_tensor new_zeros ones ones_like rand
            rand_like randint randint_like randn randn_like randperm scalar_tensor tril_indices
            triu_indices zeros zeros_like fft.fftfreq fft.rfftfreq
            """
        ),
    ),
    "pin_memory": (
        "no memory is pinned",
        _words(
            """
            arange empty empty_like empty_permuted empty_strided eye full full_like linspace
            logspace new_empty new_full new_ones new_tensor new_zeros ones ones_like rand
            rand_like randint randint_like randn randn_like randperm scalar_tensor tensor zeros
            zeros_like
            """
        ),
    ),
    "memory_format": (
        "elements keep the order that minigrad gives them",
        _words(
            """
            bool byte char clone contiguous cpu cuda double empty empty_like float full_like
            half int is_contiguous long ones_like rand_like randint_like randn_like short to
            zeros_like
            """
        ),
    ),
    "non_blocking": ("copies are ordered", _words("copy_ cuda type")),
}
IDLE_METHODS = frozenset().union(*(functions for _, functions in IDLE.values()))


def idle(name: str) -> frozenset[str]:
    """Return the arguments of a function or method that have no effect."""
    return frozenset(argument for argument, (_, names) in IDLE.items() if name in names)
