import { isSecretReference, messageOf, type Redactor, shortestSecret, VigilError } from '../../core/index.ts';

/** Turns `env:NAME` or `file:/path` into the secret it names. */
export type ResolveSecret = (reference: string) => string;

/** A resolver over what the caller may read: the variables of the environment, and files. */
export function secretResolver(from: {
  env: Readonly<Record<string, string | undefined>>;
  readFile: (path: string) => string;
}): ResolveSecret {
  return (reference) => {
    const [kind, name] = [
      reference.slice(0, reference.indexOf(':')),
      reference.slice(reference.indexOf(':') + 1),
    ];
    if (kind === 'env') return from.env[name] ?? '';
    return from.readFile(name).trim();
  };
}

/**
 * The secret behind a reference, made known to the redactor. CONFIG_INVALID, which never shows a value, when it is a
 * literal, is missing, or is too short to be told from ordinary text.
 */
export function resolveWith(resolve: ResolveSecret, redactor: Redactor, where: string) {
  return (reference: string): string => {
    const expected = 'env:NAME or file:/path, with the secret there';
    if (!isSecretReference(reference)) {
      redactor.register(reference);
      throw new VigilError('CONFIG_INVALID', `${where}: a secret stands in the configuration`, {
        where,
        expected,
        received: 'a literal, not shown',
        hint: 'put the secret into a variable or a file, and renew it: it has been in a file that is shared',
      });
    }
    let secret: string;
    try {
      secret = resolve(reference).trim();
    } catch (thrown) {
      const received = redactor.redact(messageOf(thrown));
      throw new VigilError('CONFIG_INVALID', `${where}: ${reference} can't be read`, {
        where,
        expected,
        received,
      });
    }
    if (secret.length < shortestSecret) {
      throw new VigilError('CONFIG_INVALID', `${where}: ${reference} holds no secret`, {
        where,
        expected: `at least ${shortestSecret} characters`,
        received: secret === '' ? 'nothing' : `${secret.length} characters`,
        hint: reference.startsWith('env:')
          ? 'set the variable where Vigil is started'
          : 'write the secret into the file',
      });
    }
    redactor.register(secret);
    return secret;
  };
}
