const URL_PASSWORD = /([a-z][a-z0-9+.-]*:\/\/[^\s:/@?#]*):[^\s/]*@/gi;
/** What our own hints tell people to write. */
const EXAMPLE = '://user:password@';

/**
 * Takes passwords out of text that may be shown: the password of any URL, and `password=…` in query
 * strings and connection strings. For messages of libraries, which may quote what they were given.
 */
export function redact(text: string): string {
  return text
    .replaceAll(URL_PASSWORD, (url, before) => (url.endsWith(EXAMPLE) ? url : `${before}:***@`))
    .replaceAll(/\b(password|passwd|pwd|sslpassword)=([^\s&'"]+)/gi, '$1=***');
}
