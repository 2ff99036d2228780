// Makes elements. Data enters the page as text and attributes only, never as markup.

/**
 * @param {string} tag
 * @param {Object<string, string>} [attributes] those that are null or undefined are left out
 * @param {...(Node|string|null)} children
 */
export function element(tag, attributes = {}, ...children) {
  const made = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (value !== null && value !== undefined) {
      made.setAttribute(name, value);
    }
  }
  made.append(...children.filter((child) => child !== null && child !== undefined));
  return made;
}

/** A number in [0, 1] as the width of a bar; what lies outside is drawn at its end. */
export function bar(share, attributes = {}, thresholds = []) {
  const fill = element("span", { class: "fill" });
  fill.style.width = percent(share);
  const marks = thresholds.map(({ at, name }) => {
    const mark = element("span", { class: "threshold", title: `${name} ${at.toFixed(2)}` });
    mark.style.left = percent(at);
    return mark;
  });
  return element("span", { "aria-hidden": "true", ...attributes, class: `bar ${attributes.class ?? ""}` }, fill, ...marks);
}

export function percent(share) {
  return `${(100 * Math.min(1, Math.max(0, share))).toFixed(2)}%`;
}
