/** One of this browser's channels between tabs: everybody who opened the same name hears what others post. */
export interface TabChannel {
  post(message: unknown): void;
  /** Called with whatever arrives, unparsed. Set once. */
  onMessage(handler: (message: unknown) => void): void;
  close(): void;
}

export type OpenChannel = (name: string) => TabChannel;

export const broadcastChannel: OpenChannel = (name) => {
  const channel = new BroadcastChannel(name);
  return {
    post: (message) => channel.postMessage(message),
    onMessage: (handler) => {
      channel.onmessage = (event) => handler(event.data);
    },
    close: () => channel.close(),
  };
};
