// Lets the browser ask a key or passkey, and sends what it answers with the form that holds the button.
(() => {
  const script = document.currentScript;
  const { do: what, button, field } = script.dataset;
  document.getElementById(button).addEventListener("click", async () => {
    const failed = document.getElementById("key_failed");
    failed.hidden = true;
    try {
      const asked = JSON.parse(document.getElementById("asked").textContent);
      const answer = what === "get"
        ? await webauthnJSON.get(asked.request_options)
        : await webauthnJSON.create(asked.creation_options);
      const input = document.getElementById(field);
      input.value = JSON.stringify(answer);
      input.form.submit();
    } catch (error) {
      failed.hidden = false;
    }
  });
})();
