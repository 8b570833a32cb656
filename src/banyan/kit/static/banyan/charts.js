// Draws every chart of the page, and of a part that comes later, from the specification that stands beside it.
// Without scripts the table remains.
function draw(within) {
  for (const place of within.querySelectorAll("[data-chart]:not([data-drawn])")) {
    place.dataset.drawn = "yes";
    const specification = JSON.parse(document.getElementById(place.dataset.chart).textContent);
    window.banyanEmbed(place, specification, { actions: false, ast: true, renderer: "svg" }).then(() => hush(place)).catch((error) => {
      place.textContent = place.dataset.failed;
      console.error(error);
    });
  }
}
// The library describes marks and axes in English. The figure has a name in the page's language, and a table beside it.
function hush(place) {
  for (const part of [place, ...place.querySelectorAll("[aria-label],[aria-roledescription]")])
    for (const name of ["aria-label", "aria-roledescription", "role"]) part.removeAttribute(name);
}
draw(document);
document.body.addEventListener("htmx:load", (event) => draw(event.target));
