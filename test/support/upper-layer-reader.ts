/** Reads what an SCP sends at the Upper Layer (PS3.8 section 9.3), without the appliance's own code. */

export interface AcceptedAssociation {
  /** By context id: 0 is accepted. */
  results: Map<number, number>;
  transferSyntaxes: Map<number, string>;
  maximumLength: number;
  /** [SOP class, SCU role, SCP role] */
  roles: [string, number, number][];
  /** [SOP class, service class application information] */
  extended: [string, Buffer][];
  /** All user information items by type. */
  userItems: Map<number, Buffer>;
}

/** The presentation data values of a P-DATA-TF (PS3.8 section 9.3.5). */
export function* pdvs(body: Buffer): Generator<{ contextId: number; control: number; value: Buffer }> {
  for (let at = 0; at < body.length; ) {
    const length = body.readUInt32BE(at);
    yield {
      contextId: body[at + 4] as number,
      control: body[at + 5] as number,
      value: body.subarray(at + 6, at + 4 + length),
    };
    at += 4 + length;
  }
}

/** The variable items of an A-ASSOCIATE-AC (PS3.8 section 9.3.3). */
export function readAccept(body: Buffer): AcceptedAssociation {
  const accepted: AcceptedAssociation = {
    results: new Map(),
    transferSyntaxes: new Map(),
    maximumLength: 0,
    roles: [],
    extended: [],
    userItems: new Map(),
  };
  for (const { type, value } of items(body.subarray(68))) {
    if (type === 0x21) {
      accepted.results.set(value[0] as number, value[2] as number);
      for (const sub of items(value.subarray(4)))
        accepted.transferSyntaxes.set(value[0] as number, sub.value.toString());
    } else if (type === 0x50) for (const sub of items(value)) readUserItem(accepted, sub.type, sub.value);
  }
  return accepted;
}

function readUserItem(accepted: AcceptedAssociation, type: number, value: Buffer): void {
  accepted.userItems.set(type, value);
  if (type === 0x51) accepted.maximumLength = value.readUInt32BE(0);
  if (type !== 0x54 && type !== 0x56) return;
  const length = value.readUInt16BE(0);
  const sopClass = value.subarray(2, 2 + length).toString();
  if (type === 0x56) accepted.extended.push([sopClass, value.subarray(2 + length)]);
  else accepted.roles.push([sopClass, value[2 + length] as number, value[3 + length] as number]);
}

function* items(bytes: Buffer): Generator<{ type: number; value: Buffer }> {
  for (let at = 0; at + 4 <= bytes.length; ) {
    const end = at + 4 + bytes.readUInt16BE(at + 2);
    yield { type: bytes[at] as number, value: bytes.subarray(at + 4, end) };
    at = end;
  }
}
