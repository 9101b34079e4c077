// Copies what can be selected anyway, and hands the address to the device's own share sheet.
// Without this script the buttons stay hidden.
(() => {
  const reveal = (button) => {
    button.hidden = false;
    if (button.parentElement.matches("li")) button.parentElement.hidden = false;
  };

  const select = (text) => {
    const range = document.createRange();
    range.selectNodeContents(text);
    getSelection().removeAllRanges();
    getSelection().addRange(range);
  };

  const copy = async (button) => {
    const text = document.getElementById(button.dataset.copy);
    const words = [...button.childNodes];
    try {
      await navigator.clipboard.writeText(text.textContent.trim());
    } catch {
      select(text); // at least one key away
      return;
    }
    button.textContent = button.dataset.done;
    setTimeout(() => button.replaceChildren(...words), 2000);
  };

  for (const button of document.querySelectorAll("[data-copy]")) {
    if (!navigator.clipboard) break; // plain HTTP
    reveal(button);
    button.addEventListener("click", () => copy(button));
  }

  for (const button of document.querySelectorAll("[data-share]")) {
    if (!navigator.share) break;
    reveal(button);
    button.addEventListener("click", () =>
      navigator.share({ title: button.dataset.title, url: button.dataset.share }).catch(() => {}),
    );
  }
})();
