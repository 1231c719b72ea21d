// Where the picture of a page cannot be loaded its text stands in its place; without scripts both stay within reach.
const image = document.querySelector(".page-image img");
if (image?.complete && !image.naturalWidth) showText();
image?.addEventListener("error", showText);
for (const part of document.querySelectorAll(".page-strip image")) {
  part.addEventListener("error", () => part.closest(".page-strip").setAttribute("hidden", ""));
  part.setAttribute("href", part.getAttribute("href")); // asks again, so that an earlier failure is told too
}

function showText() {
  const picture = image.parentElement;
  picture.hidden = true;
  picture.nextElementSibling.hidden = false;
  picture.parentElement.querySelector("details").open = true;
}
