// Everything the pages do beyond HTML. Each part works alone and does nothing where its markup is absent.
import htmx from "htmx.org";

import { confirmForms } from "./js/confirm.js";
import { copyButtons } from "./js/copy.js";
import { htmxErrors } from "./js/errors.js";
import { decisionForms } from "./js/decision.js";
import { keyboard } from "./js/keyboard.js";
import { menus } from "./js/menus.js";
import { relativeTimes } from "./js/times.js";
import { themeSwitch } from "./js/theme.js";

window.htmx = htmx;

themeSwitch();
menus();
confirmForms();
copyButtons();
decisionForms();
keyboard();
relativeTimes();
htmxErrors();
