"""A page that replays a backward pass step by step."""

from .page import page as page
