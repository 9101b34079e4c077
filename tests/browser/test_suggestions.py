"""What is suggested while somebody types, for hands on a keyboard and for ears."""

from catalogue import search


def test_a_suggestion_is_announced_chosen_with_the_arrows_and_followed(page, world):
    search.index([world.plan])
    page.goto("/fr/")
    box = page.get_by_role("combobox")

    box.press_sequentially("dubrov")
    option = page.get_by_role("option").first
    option.wait_for()
    assert page.get_by_role("status").inner_text().endswith(".")
    box.press("Escape")
    assert (option.is_visible(), box.input_value()) == (False, "dubrov")

    box.press_sequentially("n")
    option.wait_for()
    box.press("ArrowDown")
    assert box.get_attribute("aria-activedescendant") == option.get_attribute("id")
    box.press("Enter")
    page.wait_for_url(f"**/fr/publications/{world.plan.slug}/")
