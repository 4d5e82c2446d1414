"""``torch.nn.common_types``: what layers take as sizes."""

_size_any_t = _scalar_or_tuple_any_t = int | tuple[int, ...]
_size_1_t = _scalar_or_tuple_1_t = int | tuple[int]
_size_2_t = _scalar_or_tuple_2_t = int | tuple[int, int]
_size_3_t = _scalar_or_tuple_3_t = int | tuple[int, int, int]
