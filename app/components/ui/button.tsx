import type { ComponentProps } from 'react';

const LOOKS = {
  honey: 'bg-honey text-on-honey hover:bg-honey-deep font-semibold',
  plain: 'border border-line-strong/60 bg-surface text-ink hover:border-line-strong hover:bg-sunken font-medium',
  quiet: 'text-soft hover:bg-wash hover:text-ink font-medium',
  danger: 'border border-danger/50 text-danger hover:bg-danger/10 font-medium',
} as const;

export type ButtonLook = keyof typeof LOOKS;

/** The look of a button, also for links that act as one. */
export const buttonClass = (look: ButtonLook = 'plain') =>
  `inline-flex min-h-10 items-center justify-center gap-2 rounded-lg px-4 py-2 text-sm transition-colors disabled:opacity-55 ${LOOKS[look]}`;

export function Button({ look = 'plain', className = '', ...rest }: ComponentProps<'button'> & { look?: ButtonLook }) {
  return <button type="button" {...rest} className={`${buttonClass(look)} ${className}`} />;
}

/**
 * A button that is only an icon: `label` is what it is called.
 * @param pressed of a switch: drawn as on, and said
 * @param lit drawn as on, where the label says so
 */
export function IconButton({
  label,
  className = '',
  pressed,
  lit = pressed ?? false,
  ...rest
}: ComponentProps<'button'> & { label: string; pressed?: boolean; lit?: boolean }) {
  return (
    <button
      type="button"
      aria-label={label}
      title={label}
      aria-pressed={pressed}
      {...rest}
      className={`inline-grid size-10 shrink-0 place-items-center rounded-lg transition-colors hover:bg-wash hover:text-ink disabled:opacity-40 disabled:hover:bg-transparent ${lit ? 'text-accent' : 'text-soft'} ${className}`}
    />
  );
}
