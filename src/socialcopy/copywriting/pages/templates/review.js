"use strict";
const told = document.getElementById("told");

async function copy(button) {
  const source = document.getElementById(button.dataset.text);
  try {
    await navigator.clipboard.writeText(source.value);
  } catch {
    source.select(); // pages opened without https have no clipboard of their own
    document.execCommand("copy");
  }
  const label = button.textContent;
  button.textContent = "Copied";
  told.textContent = "Copied to the clipboard";
  setTimeout(() => { button.textContent = label; told.textContent = ""; }, 1600);
}

let played = null; // what was looked at last; the list of all that is said goes by it

function seek(button) {
  const own = button.closest(".card")?.querySelector("video");
  const video = own ?? played ?? document.querySelector("video");
  if (!video) return;
  video.currentTime = Number(button.dataset.ms) / 1000;
  video.scrollIntoView({ block: "center", behavior: "smooth" });
  video.play();
}

document.addEventListener("click", (event) => {
  const button = event.target.closest("button");
  if (button?.classList.contains("copy")) copy(button);
  if (button?.classList.contains("seek")) seek(button);
});
document.addEventListener("play", (event) => {
  played = event.target;
  for (const video of document.querySelectorAll("video")) if (video !== event.target) video.pause();
}, true);
