// Where the picture of a page cannot be loaded its text is opened in its place; without scripts both stay within reach.
const image = document.querySelector(".page-image img");
if (image.complete && !image.naturalWidth) showText();
else image.addEventListener("error", showText);

function showText() {
  const picture = image.parentElement;
  picture.hidden = true;
  picture.nextElementSibling.hidden = false;
  picture.parentElement.querySelector("details").open = true;
}
