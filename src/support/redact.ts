/**
 * Takes passwords out of text that may be shown: the password of any URL, and `password=…` in query
 * strings and connection strings. For messages of libraries, which may quote what they were given.
 */
export function redact(text: string): string {
  return text
    .replaceAll(/([a-z][a-z0-9+.-]*:\/\/[^\s:/@?#]*):[^\s/]*@/gi, '$1:***@')
    .replaceAll(/\b(password|passwd|pwd|sslpassword)=([^\s&'"]+)/gi, '$1=***');
}
