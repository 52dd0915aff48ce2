/** A text as a part of a regular expression that means it literally, in JavaScript as in RE2. */
export const quotedRegex = (text: string): string => text.replaceAll(/[.*+?^${}()|[\]\\]/g, String.raw`\$&`);
