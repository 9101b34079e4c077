// Shows what the choice above it needs, and hides the rest. Without this script all is shown.
for (const part of document.querySelectorAll("[data-when]")) {
  const [name, values] = part.dataset.when.split("=");
  const place = part.closest("form") || document;
  const choices = place.querySelectorAll(`input[name="${name}"]`);
  const show = () => {
    part.hidden = ![...choices].some(
      (choice) => choice.checked && values.split(",").includes(choice.value),
    );
  };
  choices.forEach((choice) => choice.addEventListener("change", show));
  show();
}

// The field to go on with stood elsewhere before parts were hidden.
document.querySelector(".field [autofocus]")?.scrollIntoView({ block: "center" });
