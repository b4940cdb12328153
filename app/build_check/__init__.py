"""The order of a build that was never booted, judged by its symbols alone."""

from app.build_check.check import check_build
from app.build_check.render import RENDERERS
from app.build_check.result import BuildFinding, BuildReport, Place

__all__ = ["RENDERERS", "BuildFinding", "BuildReport", "Place", "check_build"]
