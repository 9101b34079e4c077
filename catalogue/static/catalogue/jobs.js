// Looks every second how far a job is. Without this file the page is fetched anew instead.
"use strict";

const PAUSE = 1000; // milliseconds
const AFTER_AN_ERROR = 5000;

async function look() {
  try {
    const answer = await fetch(location.href, { headers: { Accept: "text/html" } });
    if (answer.redirected) return location.reload(); // signed out meanwhile
    const page = new DOMParser().parseFromString(await answer.text(), "text/html");
    if (!page.getElementById("job")) return location.reload();
    if (show(page)) setTimeout(look, PAUSE);
  } catch {
    setTimeout(look, AFTER_AN_ERROR); // the site does not answer; the work may go on
  }
}

// Moves the bar while the status stays; else puts in what is said of the new one.
function show(page) {
  const [job, news] = [document.getElementById("job"), page.getElementById("job")];
  if (job.dataset.status === news.dataset.status) {
    move(job, news);
    return true;
  }
  job.replaceWith(document.adoptNode(news));
  document.querySelector(".job-facts").replaceWith(page.querySelector(".job-facts"));
  document.getElementById("job-status").textContent = page.getElementById("job-status").textContent;
  return ["waiting", "running"].includes(news.dataset.status);
}

function move(job, news) {
  const [bar, newBar] = [job.querySelector("progress"), news.querySelector("progress")];
  for (const name of ["max", "value"]) {
    if (newBar.hasAttribute(name)) bar.setAttribute(name, newBar.getAttribute(name));
  }
  const words = job.querySelector("#job-words");
  if (words) words.textContent = news.querySelector("#job-words").textContent;
}

setTimeout(look, PAUSE);
