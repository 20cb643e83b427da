/**
 * What a reader should know and no answer depends on, such as a deprecation: header `larder-warning`, in gRPC as initial metadata,
 * once per warning. Headers take no more than printable ASCII and join their values with commas, so that everything else and the
 * comma are percent-escaped as in URLs.
 */
export const WARNING_HEADER = 'larder-warning';

/** A warning as the value of a header. */
export function encodeWarning(text: string): string {
  return text.replaceAll(/\p{Surrogate}/gu, '\ufffd').replaceAll(/[^ -~]+|[%,]/gu, encodeURIComponent);
}

/** The warnings of a header's value, whether it holds one or several. Leaves as it is what is not escaped rightly. */
export function decodeWarnings(value: string): string[] {
  return value.split(',').map((each) => decoded(each.trim()));
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
