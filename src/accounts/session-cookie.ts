/**
 * The cookie that carries a session's token.
 *
 * SameSite is Lax, not Strict: EMRs open `/open` and viewer links from pages of another site, and with Strict the
 * doctor would have to log in again at each click. Lax sends the cookie with such top-level GETs only; no GET changes
 * anything, and every other method is checked for its Origin.
 *
 * By HTTPS it has another name, which browsers take by HTTPS only: cookies know no ports, so that a page without
 * encryption, or whoever pretends to be one, could plant a session of its own otherwise.
 */
const NAME = 'clinicpacs_session';
const SECURE_NAME = `__Host-${NAME}`;
const TOKEN = /^[A-Za-z0-9_-]{43}$/;

/**
 * The token in a Cookie header; undefined when there is none of the right form.
 * @param secure the request came by HTTPS
 */
export function sessionTokenOf(cookieHeader: string | undefined, secure: boolean): string | undefined {
  const wanted = secure ? SECURE_NAME : NAME;
  for (const pair of (cookieHeader ?? '').split(';')) {
    const [name, value = ''] = pair.trim().split('=', 2);
    if (name === wanted && TOKEN.test(value)) return value;
  }
  return undefined;
}

/** The Set-Cookie value that begins a session. It ends with the browser, or when we end it. */
export function sessionCookie(token: string, secure: boolean): string {
  return `${secure ? SECURE_NAME : NAME}=${token}; ${attributes(secure)}`;
}

/** The Set-Cookie value that ends a session. */
export function endedSessionCookie(secure: boolean): string {
  return `${secure ? SECURE_NAME : NAME}=; Max-Age=0; ${attributes(secure)}`;
}

function attributes(secure: boolean): string {
  return `Path=/; HttpOnly; SameSite=Lax${secure ? '; Secure' : ''}`;
}
