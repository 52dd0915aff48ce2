export { byText } from './by-text.ts';
export { mapTexts } from './map-texts.ts';
export { redactXml } from './redact-xml.ts';
export { createRedactor, type Redactor, shortestSecret } from './redactor.ts';
export { oneLine, printable } from './safe-text.ts';
export { shownUrl } from './shown-url.ts';
export { wrapped } from './wrapped.ts';
