'use client';
import { RadioGroup } from 'radix-ui';
import type { ReactNode } from 'react';

/** One of a few, each with its explanation. */
export function Choice<T extends string>({
  label,
  value,
  options,
  onChange,
}: {
  label: string;
  value: T;
  options: readonly { value: T; title: string; text?: ReactNode }[];
  onChange: (value: T) => void;
}) {
  const chosen = (text: string) => {
    const option = options.find((o) => o.value === text);
    if (option !== undefined) onChange(option.value);
  };
  return (
    <RadioGroup.Root aria-label={label} value={value} onValueChange={chosen} className="grid gap-2">
      {options.map((option) => (
        <RadioGroup.Item
          key={option.value}
          value={option.value}
          className="group flex items-start gap-3 rounded-xl border bg-surface p-3.5 text-left transition-colors hover:border-line-strong data-[state=checked]:border-accent data-[state=checked]:bg-wash"
        >
          <span className="mt-0.5 grid size-4.5 shrink-0 place-items-center rounded-full border-2 border-line-strong group-data-[state=checked]:border-accent">
            <RadioGroup.Indicator className="size-2 rounded-full bg-accent" />
          </span>
          <span className="min-w-0">
            <span className="block text-sm font-semibold">{option.title}</span>
            {option.text !== undefined && <span className="mt-0.5 block text-sm text-soft">{option.text}</span>}
          </span>
        </RadioGroup.Item>
      ))}
    </RadioGroup.Root>
  );
}
