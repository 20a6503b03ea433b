/** Short messages. What draws them loads later; those told before are shown then. */
import type { ExternalToast } from 'sonner';

type Sonner = typeof import('sonner')['toast'];

let sonner: Sonner | null = null;
const waiting: ((to: Sonner) => void)[] = [];

function tell(message: (to: Sonner) => void): void {
  if (sonner === null) waiting.push(message);
  else message(sonner);
}

/** Called by what draws them, once it does. */
export function toastsAreDrawn(by: Sonner): void {
  sonner = by;
  for (const message of waiting.splice(0)) message(by);
}

export const toast = Object.assign((text: string, options?: ExternalToast) => tell((to) => void to(text, options)), {
  success: (text: string, options?: ExternalToast) => tell((to) => void to.success(text, options)),
  error: (text: string, options?: ExternalToast) => tell((to) => void to.error(text, options)),
  dismiss: (id: string) => tell((to) => void to.dismiss(id)),
});
