import { createVerify, generateKeyPairSync, randomBytes } from 'node:crypto';
import { z } from 'zod';

/** Google's token endpoint for one service account: an assertion signed with its key gets an access token. */
export interface TokenOffice {
  readonly email: string;
  readonly privateKey: string;
  readonly keyId: string;
  exchange(body: string): { status: number; body: unknown };
  valid(authorization: string | undefined): boolean;
  /** The tokens given out so far are refused; the key is good for new ones. */
  expire(): void;
  /** The key itself is refused, as after it was deleted in the console. */
  revoke(): void;
  restore(): void;
}

const header = z.object({ alg: z.literal('RS256') });
const claims = z.object({
  iss: z.string(),
  scope: z.string().min(1),
  aud: z.literal('https://oauth2.googleapis.com/token'),
  iat: z.number(),
  exp: z.number(),
});

export function tokenOffice(): TokenOffice {
  const { publicKey, privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
  const email = 'zajel@double.iam.gserviceaccount.com';
  let tokens = new Set<string>();
  let revoked = false;
  const refused = (description: string): { status: number; body: unknown } => ({
    status: 400,
    body: { error: 'invalid_grant', error_description: description },
  });

  return {
    email,
    keyId: randomBytes(20).toString('hex'),
    privateKey: privateKey.export({ type: 'pkcs8', format: 'pem' }).toString(),
    exchange(body) {
      const form = new URLSearchParams(body);
      if (form.get('grant_type') !== 'urn:ietf:params:oauth:grant-type:jwt-bearer')
        return { status: 400, body: { error: 'unsupported_grant_type' } };
      const [head = '', payload = '', signature = ''] = (form.get('assertion') ?? '').split('.');
      const verifier = createVerify('RSA-SHA256').update(`${head}.${payload}`);
      if (!header.safeParse(decoded(head)).success || !verifier.verify(publicKey, signature, 'base64url'))
        return refused('Invalid JWT Signature.');
      const claim = claims.safeParse(decoded(payload));
      if (!claim.success)
        return refused(`Invalid JWT: ${claim.error.issues.map(({ path }) => path.join('.')).join(', ')}`);
      const { iss, iat, exp } = claim.data;
      const now = Date.now() / 1_000;
      if (exp - iat > 3_600 || iat > now + 60 || exp < now)
        return refused(
          'Invalid JWT: Token must be a short-lived token (60 minutes) and in a reasonable timeframe.',
        );
      if (iss !== email || revoked) return refused('Invalid grant: account not found');
      const token = `double.${randomBytes(24).toString('base64url')}`;
      tokens.add(token);
      return { status: 200, body: { access_token: token, expires_in: 3_599, token_type: 'Bearer' } };
    },
    valid: (authorization) => tokens.has(authorization?.replace(/^Bearer /, '') ?? ''),
    expire: () => (tokens = new Set()),
    revoke() {
      revoked = true;
      tokens = new Set();
    },
    restore: () => (revoked = false),
  };
}

function decoded(part: string): unknown {
  try {
    return JSON.parse(Buffer.from(part, 'base64url').toString('utf8'));
  } catch (notJson) {
    if (notJson instanceof SyntaxError) return null;
    throw notJson;
  }
}
