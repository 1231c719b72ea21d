// Follows the work on a draft: asks for the page again and shows how far it is; without scripts the page reloads itself.
const work = document.getElementById("work");
if (work) setTimeout(follow, 1000);

async function follow() {
  const answer = await fetch(location.href, { headers: { Accept: "text/html" } }).catch(() => null);
  const page = answer?.ok ? new DOMParser().parseFromString(await answer.text(), "text/html") : null;
  const now = page?.getElementById("work");
  if (page && !now) return location.reload();
  if (now && now.innerHTML !== work.innerHTML) work.innerHTML = now.innerHTML;
  setTimeout(follow, 1000);
}
