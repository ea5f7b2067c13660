"""Plots as SVG that stands alone and is readable on light and on dark ground, for a README.

A plotting library writes ten times as much, brings a hundred MB of packages, and knows one ground only.
"""

import html
import math

COLOURS = [("#4269d0", "#7aa0ff"), ("#c87a00", "#efb118"), ("#d0345f", "#ff7a8a"), ("#2a8a86", "#6cc5b0"), ("#7a52c7", "#b798f5"), ("#8a5a2b", "#c99b6b"), ("#3b82a0", "#8fd0ee"), ("#6b7280", "#a3a9b5")]
WIDTH, LEFT, RIGHT = 760, 120, 44


def svg(height, title, body):
    light = "".join(f".c{i}{{fill:{one};stroke:{one}}}" for i, (one, _) in enumerate(COLOURS))
    dark = "".join(f".c{i}{{fill:{two};stroke:{two}}}" for i, (_, two) in enumerate(COLOURS))
    style = (
        "text{font:12px sans-serif;fill:#333}.t{font-size:14px;font-weight:bold}.s{font-size:10px}"
        ".g{stroke:#ccc}.o{stroke:#333}.n{fill:none;stroke-width:2}"
        f"{light}@media(prefers-color-scheme:dark){{text{{fill:#ddd}}.g{{stroke:#444}}.o{{stroke:#ddd}}{dark}}}"
    )
    head = f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {height:.0f}" role="img">'
    title = html.escape(title)
    return f'{head}<title>{title}</title><style>{style}</style><text class="t" x="12" y="22">{title}</text>{"".join(body)}</svg>\n'


def text(x, y, words, kind="", anchor="start"):
    kind = f' class="{kind}"' if kind else ""
    anchor = "" if anchor == "start" else f' text-anchor="{anchor}"'
    return f'<text{kind} x="{x:.0f}" y="{y:.0f}"{anchor}>{html.escape(words)}</text>'


def line(x1, y1, x2, y2, kind):
    return f'<path class="{kind}" d="M{x1:.1f} {y1:.1f}L{x2:.1f} {y2:.1f}"/>'


def legend(names):
    body, x = [], 12
    for number, name in enumerate(names):
        body.append(f'<rect class="c{number}" x="{x}" y="34" width="9" height="9"/>' + text(x + 14, 43, name))
        x += 26 + 7 * len(name)
    return body


def bars(title, groups, names, value):
    """A group of horizontal bars for each of `groups`, with a bar for each of `names`: value(name, group), or None."""
    bar, gap, top = 9, 12, 58
    most = max([value(name, group) or 0 for group in groups for name in names] + [1]) * 1.08
    scale = (WIDTH - LEFT - RIGHT) / most
    height = top + len(groups) * (len(names) * bar + gap) + 20
    body = legend(names)
    for mark in range(0, math.floor(most) + 1):
        x = LEFT + mark * scale
        body.append(line(x, top - 6, x, height - 18, "o" if mark == 1 else "g") + text(x, height - 4, str(mark), "s", "middle"))
    y = top
    for group in groups:
        body.append(text(LEFT - 8, y + len(names) * bar / 2 + 4, group, anchor="end"))
        for number, name in enumerate(names):
            found = value(name, group)
            if found:
                body.append(f'<rect class="c{number}" x="{LEFT}" y="{y}" width="{found * scale:.1f}" height="{bar - 1}"/>')
                body.append(text(LEFT + found * scale + 4, y + bar - 1, f"{found:.2f}", "s"))
            y += bar
        y += gap
    return svg(height, title, body)


def lines(title, x_label, y_label, series, log_y=False):
    """`series`: lists of (x, y) by name. The horizontal axis is logarithmic, the vertical one begins at 0 or is too."""
    top, bottom, height = 58, 300, 340
    points = [point for found in series.values() for point in found]
    if not points:
        return svg(height, title, [text(LEFT, top, "not run")])
    xs, ys = [math.log10(x) for x, _ in points], [y for _, y in points]
    low, high = (math.floor(math.log10(min(ys))), math.ceil(math.log10(max(ys)))) if log_y else (0, nice(max(ys)))
    wide = max(max(xs) - min(xs), 1e-9)

    def place(x, y):
        up = (math.log10(y) if log_y else y) - low
        return LEFT + (math.log10(x) - min(xs)) / wide * (WIDTH - LEFT - RIGHT), bottom - up / (high - low) * (bottom - top)

    body = legend(series)
    for step in range(high - low + 1) if log_y else range(5):
        level = 10 ** (low + step) if log_y else high * step / 4
        y = place(points[0][0], level)[1]
        body.append(line(LEFT, y, WIDTH - RIGHT, y, "g") + text(LEFT - 8, y + 4, f"{level:,g}", "s", "end"))
    for x in sorted({x for x, _ in points}):
        body.append(text(place(x, ys[0])[0], bottom + 16, f"{x:,}", "s", "middle"))
    for number, found in enumerate(series.values()):
        places = [place(x, y) for x, y in found]
        path = "L".join(f"{x:.1f} {y:.1f}" for x, y in places)
        body.append(f'<path class="c{number} n" d="M{path}" style="fill:none"/>')
        body += [f'<circle class="c{number}" cx="{x:.1f}" cy="{y:.1f}" r="3"/>' for x, y in places]
    body.append(text((LEFT + WIDTH) / 2, bottom + 34, x_label, anchor="middle"))
    body.append(text(WIDTH - RIGHT, 43, y_label, anchor="end"))
    return svg(height, title, body)


def nice(value):
    """The next number that looks well as the end of an axis with four steps."""
    unit = 10 ** math.floor(math.log10(value))
    return next(unit * step for step in (1, 2, 4, 6, 8, 10) if value <= unit * step)
