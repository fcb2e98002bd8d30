// Puts the code of a mail's link into its field. It stands after the #, which no server is sent.
const code = document.getElementById("code");
const ofLink = window.location.hash.slice(1);
if (code && /^[A-Z2-7]{8}$/.test(ofLink)) {
  code.value = ofLink;
  window.history.replaceState(null, "", window.location.pathname);
}
