/** The strong tag of an applied version: version and content, since another database may have another version 7. */
export function tagOf({ version, digest }: { readonly version: number; readonly digest: string }): string {
  return `"${version}-${digest}"`;
}

/** Whether a header `if-none-match` names the tag (RFC 9110, 13.1.2: a list, compared weakly, or `*`). */
export function isKnownTag(header: string | undefined, tag: string): boolean {
  if (header === undefined) return false;
  return header.split(',').some((each) => {
    const known = each.trim();
    return known === '*' || known.replace(/^W\//, '') === tag;
  });
}
