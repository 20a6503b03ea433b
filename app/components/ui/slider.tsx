'use client';
import { Slider as Radix } from 'radix-ui';
import { useAim } from './use-aim';

/** A thin slider with a large place to grab. `onChange` while it moves, `onCommit` when it is let go. */
export function Slider({
  label,
  value,
  max,
  step,
  valueText,
  buffered = 0,
  disabled = false,
  onChange,
  onCommit,
  onAim = () => {},
  className = '',
}: {
  label: string;
  value: number;
  max: number;
  step: number;
  valueText: string;
  /** Drawn fainter behind the value. */
  buffered?: number;
  disabled?: boolean;
  onChange: (value: number) => void;
  onCommit?: (value: number) => void;
  /** The pointer rests over this value; null: it has left. */
  onAim?: (value: number | null) => void;
  className?: string;
}) {
  const aim = useAim({ max, step }, onAim);
  const first = (values: number[]) => values[0] ?? 0;
  return (
    <Radix.Root
      value={[Math.min(value, max)]}
      max={max}
      step={step}
      disabled={disabled}
      onValueChange={(values) => onChange(first(values))}
      onValueCommit={(values) => onCommit?.(first(values))}
      {...aim}
      className={`group relative flex h-6 touch-none select-none items-center data-disabled:opacity-50 ${className}`}
    >
      <Radix.Track className="relative h-1 w-full grow overflow-hidden rounded-full bg-line">
        <span
          className="absolute inset-y-0 left-0 w-full origin-left bg-line-strong/60"
          style={{ transform: `scaleX(${max > 0 ? Math.min(1, buffered / max) : 0})` }}
        />
        <Radix.Range className="absolute h-full bg-honey" />
      </Radix.Track>
      <Radix.Thumb
        aria-label={label}
        aria-valuetext={valueText}
        className="block size-3.5 scale-75 rounded-full bg-ink transition-transform group-hover:scale-100 focus-visible:scale-110 focus-visible:outline-2 focus-visible:outline-offset-2 focus-visible:outline-accent"
      />
    </Radix.Root>
  );
}
