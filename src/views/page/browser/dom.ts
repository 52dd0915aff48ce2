/** The element of an id that the document has. */
export function byId(id: string): HTMLElement {
  const found = document.getElementById(id);
  if (!found) throw new Error(`the document has no #${id}`);
  return found;
}

/** Sets a text, only when it differs: an unchanged one must not be announced again. */
export function setText(node: Node, text: string) {
  if (node.textContent !== text) node.textContent = text;
}
