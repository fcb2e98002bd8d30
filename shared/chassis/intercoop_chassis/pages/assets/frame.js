// The frame's own script: the key of search, what is said to screen readers, a session that ended.

// "/" goes to the page's search field, unless somebody is writing; Escape leaves it.
document.addEventListener("keydown", (event) => {
  const writing = event.target.closest("input,textarea,select,[contenteditable]");
  if (event.key === "Escape" && writing) writing.blur();
  if (event.key !== "/" || event.ctrlKey || event.metaKey || event.altKey || writing) return;
  const field = document.querySelector("input[type=search]");
  if (!field) return;
  event.preventDefault();
  field.focus();
});

// An answer to a part says in `data-say` what a screen reader says, once and politely.
document.addEventListener("htmx:after:swap", () => {
  const said = document.querySelector("[data-say]");
  if (said) document.getElementById("live").textContent = said.dataset.say;
});

// The session has ended: the page is loaded again, which leads to the sign-in and back.
document.addEventListener("htmx:after:request", (event) => {
  if (event.detail?.ctx?.response?.status === 401) window.location.reload();
});
