// Puts the code of a mail's link into its field. It stands after the #, which no server is sent.
const code = document.getElementById("code");
const take = () => {
  const ofLink = window.location.hash.slice(1);
  if (!code || !/^[A-Z2-7]{8}$/.test(ofLink)) return;
  code.value = ofLink;
  window.history.replaceState(null, "", window.location.pathname);
  code.focus();
};
take();
// A link that is opened in the tab that waits changes what is after the # alone.
window.addEventListener("hashchange", take);
