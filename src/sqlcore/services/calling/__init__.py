"""Calling procedures: arguments become a call, every value checked before anything is sent."""

from sqlcore.services.calling.binding import bind
from sqlcore.services.calling.measures import code_page_of
from sqlcore.services.calling.problems import ArgumentsError, Problem
from sqlcore.services.calling.schemas import json_schema

__all__ = ["ArgumentsError", "Problem", "bind", "code_page_of", "json_schema"]
