"""What API and pages share: uploads, problems, limits, headers."""
