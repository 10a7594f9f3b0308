// A blank dropped anywhere on its form is chosen; drafting takes seconds, so that is said.

const form = document.getElementById("new-form");
const file = document.getElementById("blank");
const said = document.getElementById("drafting");

form.addEventListener("dragover", (event) => {
  event.preventDefault();
  form.classList.add("over");
});
form.addEventListener("dragleave", () => form.classList.remove("over"));
form.addEventListener("drop", (event) => {
  event.preventDefault();
  form.classList.remove("over");
  if (event.dataTransfer.files.length) file.files = event.dataTransfer.files;
});
form.addEventListener("submit", () => {
  said.textContent = "用紙を読んで下書きを作っています。10秒ほどかかります…";
  for (const button of form.querySelectorAll("button")) button.disabled = true;
});
window.addEventListener("pageshow", () => {
  said.textContent = "";
  for (const button of form.querySelectorAll("button")) button.disabled = false;
});
