import { h } from "../dom";

// C0 but tab, DEL, C1, bidirectional controls, line separators, byte order mark: what could make a line look like another one.
const Controls = /[\u0000-\u0008\u000a-\u001f\u007f-\u009f\u061c\u200e\u200f\u2028\u2029\u202a-\u202e\u2066-\u2069\ufeff]/g;

/** The text with its control characters written out, set apart from text that merely looks like them. */
export function visible(text: string): (string | Node)[] {
  const parts: (string | Node)[] = [];
  let from = 0;
  for (const match of text.matchAll(Controls)) {
    parts.push(text.slice(from, match.index), h("span", { class: "control" }, nameOf(match[0])));
    from = match.index + match[0].length;
  }
  parts.push(text.slice(from));
  return parts;
}

function nameOf(character: string): string {
  const code = character.charCodeAt(0);
  return code === 0x1b ? "ESC" : code === 0x0d ? "CR" : code < 0x100 ? `x${code.toString(16).padStart(2, "0")}` : `U+${code.toString(16).toUpperCase().padStart(4, "0")}`;
}
