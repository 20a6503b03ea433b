/** The parts of the `stun` package (which ships no types) that are used here. */
declare module 'stun' {
  interface StunMessage {
    readonly type: number;
    readonly transactionId: Buffer;
    getXorAddress(): { address: string; port: number; family: string };
  }
  interface StunRequest extends StunMessage {
    addXorAddress(address: string, port: number): unknown;
    toBuffer(): Buffer;
  }
  const stun: {
    /** @throws on anything but a well-formed message */
    decode(message: Buffer): StunMessage;
    createMessage(type: number, transaction?: Buffer): StunRequest;
    request(url: string, options?: { timeout?: number; retries?: number }): Promise<StunMessage>;
    constants: { STUN_BINDING_REQUEST: number; STUN_BINDING_RESPONSE: number };
  };
  export default stun;
}
