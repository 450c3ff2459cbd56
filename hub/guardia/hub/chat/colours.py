"""Colours of a card's tone, for platforms that draw a bar beside a message: `#RRGGBB` by tone."""

COLOURS = {
    "idle": "#8A94A6",
    "wait": "#FAC11B",
    "run": "#2F80ED",
    "ok": "#27AE60",
    "warn": "#F2994A",
    "bad": "#EB5757",
    "unknown": "#9B51E0",
}
