// Functions about the page that a tab shows. They run as the beginning of a function body.
const tabbable = () => [...document.querySelectorAll("a[href], button, input:not([type=hidden]), select, textarea, summary, [tabindex]")]
  .filter((one) => one.tabIndex >= 0 && !one.disabled && one.checkVisibility({ visibilityProperty: true, contentVisibilityAuto: true }));

const box = (one) => {
  const { left, right, top, bottom, width, height } = one.getBoundingClientRect();
  return { left: left + scrollX, right: right + scrollX, top: top + scrollY, bottom: bottom + scrollY, width, height };
};

const called = (one) => {
  const words = (one.getAttribute("aria-label") || one.innerText || one.value || "").trim().replaceAll(/\s+/g, " ").slice(0, 60);
  return `${one.tagName.toLowerCase()} ${one.dataset.testid ?? one.className} "${words}"`;
};

// What only screen readers say, and the link that skips the navigation until it has the focus, take no place.
const unseen = (one) => one.closest(".visually-hidden, .skip-link:not(:focus)") !== null;

function wide() {
  const by = document.documentElement.scrollWidth - document.documentElement.clientWidth;
  return by > 0 ? [`the page is ${by} pixels too wide`] : [];
}

// Words end in an ellipsis in the header alone, where the menu has them in full.
function cut() {
  return [...document.body.querySelectorAll("*")].filter((one) => {
    const style = getComputedStyle(one);
    return style.overflowX !== "visible" && style.textOverflow !== "ellipsis" && !unseen(one) && one.checkVisibility() && style.clipPath === "none" &&
      one.tagName !== "TEXTAREA" && one.tagName !== "INPUT" && (one.scrollWidth > one.clientWidth + 1 || one.scrollHeight > one.clientHeight + 1);
  }).map((one) => `${called(one)} cuts its content`);
}

// A sentence that an element lays out side by side, piece by piece, has lost the spaces between its words: a value in it is an item of its own.
function torn() {
  return [...document.body.querySelectorAll("bdi")].map((one) => one.parentElement).filter((one) =>
    /flex|grid/.test(getComputedStyle(one).display) && [...one.childNodes].some((each) => each.nodeType === Node.TEXT_NODE && each.data.trim() !== ""),
  ).map((one) => `${called(one)} tears its sentence apart`);
}

// Words of sentences go to the next line as a whole. What people and hosts wrote can be of any length, and Japanese has no spaces.
function broken() {
  const longest = 30; // letters of a word in a sentence
  const texts = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  const range = document.createRange();
  const found = [];
  for (let text = texts.nextNode(); text !== null && document.documentElement.lang !== "ja"; text = texts.nextNode()) {
    const one = text.parentElement;
    if (one.closest("bdi, code, pre, script, textarea, [dir=auto], .mono") !== null || unseen(one) || !one.checkVisibility() || one.clientWidth === 1) {
      continue;
    }
    for (const { 0: word, index } of text.data.matchAll(/[^\s\-/]+/g)) {
      if (word.length > longest || !/^[\p{L}\p{M}\p{P}]+$/u.test(word)) {
        continue;
      }
      range.setStart(text, index);
      range.setEnd(text, index + word.length);
      const tops = [...range.getClientRects()].map((each) => each.top);
      if (Math.max(...tops) - Math.min(...tops) > 8) {
        found.push(`${called(one)} breaks the word ${word}`);
      }
    }
  }
  return found;
}

function covered() {
  const all = tabbable().filter((one) => !unseen(one)).map((one) => [one, box(one)]);
  const found = [];
  all.forEach(([one, a], i) => {
    for (const [other, b] of all.slice(i + 1)) {
      const across = Math.min(a.right, b.right) - Math.max(a.left, b.left), down = Math.min(a.bottom, b.bottom) - Math.max(a.top, b.top);
      if (across > 1 && down > 1 && !one.contains(other) && !other.contains(one)) {
        found.push(`${called(one)} and ${called(other)} cover each other`);
      }
    }
  });
  return found;
}

// The next control is further down, or on the same line further on, or at the top of a column beside.
function outOfOrder() {
  const backwards = getComputedStyle(document.documentElement).direction === "rtl";
  const found = [];
  let before = null;
  for (const one of tabbable().filter((each) => !unseen(each))) {
    const b = box(one);
    if (before !== null) {
      const a = before.box;
      const beside = backwards ? b.right <= a.left + 1 : b.left >= a.right - 1;
      const behind = backwards ? b.left >= a.right - 1 : b.right <= a.left + 1;
      const sameLine = Math.min(a.bottom, b.bottom) - Math.max(a.top, b.top) > Math.min(a.height, b.height) / 2;
      if ((b.bottom <= a.top + 1 && !beside) || (sameLine && behind)) {
        found.push(`${called(one)} follows ${called(before.one)}, but stands before it`);
      }
    }
    before = { one, box: b };
  }
  return found;
}

// A ring of at least 2 pixels that people can tell from what is behind it is the same everywhere: the style sheet has one rule for it.
function ring(one) {
  const style = getComputedStyle(one);
  return style.outlineStyle !== "none" && parseFloat(style.outlineWidth) >= 2 && !clear(style.outlineColor);
}

// The middle of the control is on the screen, and nothing lies over it.
function reachable(one) {
  const { left, right, top, bottom } = one.getBoundingClientRect();
  const x = (Math.max(left, 0) + Math.min(right, innerWidth)) / 2, y = (Math.max(top, 0) + Math.min(bottom, innerHeight)) / 2;
  const over = document.elementFromPoint(x, y);
  return over !== null && (one.contains(over) || over.contains(one));
}

const clear = (color) => /^(transparent|rgba\(.*, 0\))$/.test(color);

// Elements that a background of their own sets apart. Initials and drawings are decoration.
function filled() {
  const behind = (one) => {
    const color = one === null ? "" : getComputedStyle(one).backgroundColor;
    return one === null || !clear(color) ? color : behind(one.parentElement);
  };
  return [...document.body.querySelectorAll("*")].filter((one) => {
    const color = getComputedStyle(one).backgroundColor;
    return !clear(color) && color !== behind(one.parentElement) && one.checkVisibility() && !unseen(one) && one.closest("[aria-hidden=true], img") === null;
  });
}

function lined(one) {
  const style = getComputedStyle(one);
  const sides = ["Top", "Right", "Bottom", "Left"];
  return sides.some((side) => style[`border${side}Style`] !== "none" && parseFloat(style[`border${side}Width`]) >= 1) || style.outlineStyle !== "none";
}

// How an element looks apart from colors.
function shape(one) {
  return [one, ...one.querySelectorAll("*")].flatMap((each) => [undefined, "::after"].map((part) => {
    const style = getComputedStyle(each, part);
    const drawn = part !== undefined && style.content === "none" ? [] : [style.borderWidth, style.borderStyle, style.outlineStyle, style.outlineWidth];
    return [...drawn, style.textDecorationLine, style.fontWeight].join(" ");
  })).join("|");
}

// Elements that look the same without the attribute that says their state.
function sameStates() {
  return ["aria-current", "aria-invalid"].flatMap((state) => [...document.querySelectorAll(`[${state}]`)].filter((one) => {
    const value = one.getAttribute(state), marked = shape(one);
    one.removeAttribute(state);
    const without = shape(one);
    one.setAttribute(state, value);
    return one.checkVisibility() && marked === without;
  }).map((one) => `${called(one)} does not show its ${state}`));
}

// The first difference between the controls that the keyboard came to and those that it should come to.
function astray(came, should) {
  const at = should.findIndex((one, i) => came[i] !== one);
  return at < 0 ? [] : [`the keyboard comes to ${came[at] ? called(came[at]) : "nothing"}, not to ${called(should[at])}`];
}
