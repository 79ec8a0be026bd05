import dns from 'node:dns';

/** A name that leads to this machine, and that can be made to lead nowhere. */
export function namesOf(host: string) {
  const real = dns.lookup;
  let failing: string | null = null;
  let failures = 0;
  const lookup = (name: string, options: dns.LookupOptions, done: (...answer: unknown[]) => void) => {
    if (name !== host) return real(name, options, done);
    if (failing === null) return real('127.0.0.1', options, done);
    failures += 1;
    const error = Object.assign(new Error(`getaddrinfo ${failing} ${name}`), {
      code: failing,
      syscall: 'getaddrinfo',
    });
    process.nextTick(done, error);
  };
  dns.lookup = lookup as typeof dns.lookup;
  return {
    fail: (code: string | null) => {
      failing = code;
    },
    get failures() {
      return failures;
    },
    async [Symbol.asyncDispose]() {
      dns.lookup = real;
    },
  };
}
