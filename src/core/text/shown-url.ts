const secretParameter = /token|secret|passw|api[-_]?key|credential|signature|^sig$|^auth$/i;

/** The URL as it may be shown: without the password and without query values that are named like a secret. */
export function shownUrl(url: string | URL): string {
  const copy = URL.parse(String(url));
  if (!copy) return String(url).replace(/\/\/[^/@]*@/g, '//[redacted]@');
  const user = copy.password ? `${copy.username}:[redacted]@` : '[redacted]@';
  const credentials = copy.username || copy.password ? user : '';
  const query = [...copy.searchParams.keys()].some((name) => secretParameter.test(name))
    ? `?${[...copy.searchParams]
        .map(
          ([name, value]) =>
            `${name}=${secretParameter.test(name) ? '[redacted]' : encodeURIComponent(value)}`,
        )
        .join('&')}`
    : copy.search;
  const bare = `${copy.protocol}//${credentials}${copy.host}${copy.pathname}${query}`;
  // A trailing slash that nobody wrote only makes the address harder to recognise.
  return copy.pathname === '/' && !query && !String(url).endsWith('/') ? bare.slice(0, -1) : bare;
}

/** A part of a URL as it was before it was encoded; as it is where it never was. */
export function decodedUri(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
