/** What disk.json says of the encryption of its disk. */

/** In disk.json of an encrypted target. */
export interface DiskEncryption {
  format: 'age';
  /** `age1…`, for people who look for the right key; runs take theirs from home. */
  recipients: readonly string[];
  /** The target's id as an age file, in base64: tells a wrong key from a damaged file. */
  check: string;
}

export async function encryptionFor(targetId: string, recipients: readonly string[]): Promise<DiskEncryption> {
  const { Encrypter } = await import('age-encryption');
  const encrypter = new Encrypter();
  for (const recipient of recipients) encrypter.addRecipient(recipient);
  const check = Buffer.from(await encrypter.encrypt(targetId)).toString('base64');
  return { format: 'age', recipients, check };
}

/** @throws when none of the identities opens the disk */
export async function proveIdentities({ check }: DiskEncryption, identities: readonly string[]): Promise<void> {
  const { Decrypter } = await import('age-encryption');
  const decrypter = new Decrypter();
  for (const identity of identities) decrypter.addIdentity(identity);
  await decrypter.decrypt(Buffer.from(check, 'base64'));
}
