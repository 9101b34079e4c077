"""What no page may have, as lists of (fault, where). Each look is one question to the browser."""

from axe_playwright_python.sync_playwright import Axe

from tests.journeys import scenes

ARABIC = "خطة عمل دوبروفنيك"
TITLES = scenes.TITLES | {"ar": ARABIC}
WIDE = {"width": 1280, "height": 844}
NARROW = {"width": 320, "height": 844}  # a small phone, where a line has the least room

# Rules of accessibility -----------------------------------------------------------------

AXE = Axe().axe_script
EVERYTHING = {"rules": {"target-size": {"enabled": True}}}
CONTRAST = {"runOnly": ["color-contrast"]}
SIZE = {"runOnly": ["target-size"]}
SIZE_AND_CONTRAST = {"runOnly": ["target-size", "color-contrast"]}
# What another language may break: names, labels, texts, and room for a finger. The rest was
# looked at in the first, on the same page: contrast takes as long as all of these.
OF_WORDS = {
    "runOnly": [
        "cat.forms",
        "cat.language",
        "cat.name-role-value",
        "cat.sensory-and-visual-cues",
        "cat.text-alternatives",
    ]
}
# What Django's own templates and its select2 break.
DJANGOS_OWN = (
    "aria-input-field-name",
    "empty-table-header",
    "label-title-only",
    "scrollable-region-focusable",
)
OURS = {"rules": EVERYTHING["rules"] | {rule: {"enabled": False} for rule in DJANGOS_OWN}}
# To hand over what is in order as well would take three times as long; no rule asks for what
# is preloaded (sounds, sheets of style), which our policy forbids in part.
BROKEN = """
async (rules) => {
  await Promise.all(document.getAnimations().map((animation) => animation.finished));
  const { violations } = await axe.run({ ...rules, resultTypes: ["violations"], preload: false });
  return violations.flatMap(({ id, nodes }) =>
    nodes.map(({ target, html }) => [id, `${target}: ${html.slice(0, 160)}`]));
}
"""

# A heading, labels, room, the language of each part -------------------------------------

LACKING = """
([language, titles]) => {
  const faults = [];
  const note = (fault, element) => faults.push([fault, element.outerHTML.slice(0, 160)]);
  const root = document.documentElement;

  if (root.lang !== language) faults.push(["language of the page", root.lang]);
  if (!document.title.replace(/[ –]/g, "")) faults.push(["no title", ""]);
  const headings = document.querySelectorAll("h1");
  if (headings.length !== 1) faults.push(["not one h1", String(headings.length)]);

  if (root.scrollWidth > innerWidth) {
    faults.push(["too wide", String(root.scrollWidth)]);
    for (const element of document.body.querySelectorAll("*"))
      if (element.getBoundingClientRect().right > innerWidth + 1) note("over the edge", element);
  }
  for (const field of document.querySelectorAll("input:not([type=hidden]), select, textarea"))
    if (field.checkVisibility() && ![...field.labels].some((label) => label.innerText.trim()))
      note("no label", field);

  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  while (walker.nextNode()) {
    for (const [tongue, title] of Object.entries(titles)) {
      if (!walker.currentNode.data.includes(title)) continue;
      const part = walker.currentNode.parentElement;
      const runsLeft = getComputedStyle(part).direction === "rtl";
      if (part.closest("[lang]").lang !== tongue) note("language of a title", part);
      else if (runsLeft !== (tongue === "ar")) note("direction of a title", part);
    }
  }
  return faults;
}
"""

# What can be reached with a keyboard and would show no frame while it is ----------------

UNSEEN = """
() => [...document.body.querySelectorAll("*")]
  .filter((element) => {
    element.focus();
    if (document.activeElement !== element || element.tabIndex < 0) return false;
    const style = getComputedStyle(element);
    const box = element.getBoundingClientRect();
    const frame = style.outlineStyle !== "none" && parseFloat(style.outlineWidth) >= 2;
    return !frame || box.width < 1 || box.height < 1;
  })
  .map((element) => ["no frame", element.outerHTML.slice(0, 160)])
"""


def is_nowhere(page):
    """Whether it is the page that says that there is none."""
    return page.evaluate("performance.getEntriesByType('navigation')[0].responseStatus") == 404


def of_rules(page, rules=EVERYTHING):
    """The rules of accessibility that are broken; `page.evaluate(AXE)` comes first."""
    return page.evaluate(BROKEN, rules)


def of_layout(page, language):
    return page.evaluate(LACKING, [language, TITLES])


def of_focus(page):
    page.keyboard.press("Tab")  # from here on frames are shown
    return page.evaluate(UNSEEN)
