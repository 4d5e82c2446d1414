"""Specs of ``minigrad.ops.pointwise.conversion``."""

from __future__ import annotations

import torch
from hypothesis import strategies as st

import minigrad as mg
from minigrad.backend.device import CPU
from minigrad.ops.pointwise import conversion

from ..spec import case, register
from ..strategies import booleans, integers, reals

DTYPES = ["float16", "float32", "float64", "int16", "int32", "int64", "uint8", "bool"]
register(
    "cast",
    lambda x, name: x.to(getattr(mg, name)),
    lambda x, name: x.to(getattr(torch, name)),
    case(st.one_of(reals(low=0.0), integers(low=0), booleans()), st.sampled_from(DTYPES)),
)
register(
    "transfer",  # from the CPU to the CPU; tests/backend has the ways to a GPU
    lambda x: conversion._transfer(x, device=CPU, source=CPU),
    lambda x: x.to("cpu"),
    case(reals()),
)
