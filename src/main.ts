/** Opens the device and mounts the page. */
import { Backflow } from "./ui/api";
import { asksForAnswers, writeAnswers } from "./ui/answers";
import { App } from "./ui/app";

const root = document.getElementById("app");
if (!root) throw new Error("index.html holds no element with the id app");
if (asksForAnswers(location.search)) void writeAnswers(root, location.search);
else {
  const app = new App(root);
  const ready = app.start().then(() => app.frames.shown());
  window.backflow = new Backflow(app, ready);
}
