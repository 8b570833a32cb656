// Draws every chart of the page from the specification that stands beside it. Without scripts the table remains.
for (const place of document.querySelectorAll("[data-chart]")) {
  const specification = JSON.parse(document.getElementById(place.dataset.chart).textContent);
  window.banyanEmbed(place, specification, { actions: false, ast: true, renderer: "svg" }).catch((error) => {
    place.textContent = place.dataset.failed;
    console.error(error);
  });
}
