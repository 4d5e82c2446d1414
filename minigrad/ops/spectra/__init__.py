"""Spectra: Fourier transforms."""

from .short_time import *
