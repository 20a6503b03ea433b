import { Repeat, Repeat1 } from 'lucide-react';
import type { PlayerState } from '@/lib/player/api';
import { IconButton } from '../ui/button';

type RepeatMode = PlayerState['repeat'];

/** What a press leads to. */
export const NEXT_REPEAT = { off: 'all', all: 'one', one: 'off' } as const satisfies Record<RepeatMode, RepeatMode>;

/** Its three states differ in colour and in form, so that they can also be told apart without colours. @param label names the state */
export function RepeatButton({ repeat, label, onClick }: { repeat: RepeatMode; label: string; onClick: () => void }) {
  const Icon = repeat === 'one' ? Repeat1 : Repeat;
  return (
    <IconButton label={label} lit={repeat !== 'off'} onClick={onClick} className="relative">
      <Icon className="size-[1.15rem]" aria-hidden="true" />
      {repeat !== 'off' && <OnMark />}
    </IconButton>
  );
}

/** A dot below the icon of what is switched on. Its button is `relative`. */
export function OnMark() {
  return (
    <span aria-hidden="true" className="absolute bottom-1 left-1/2 size-1 -translate-x-1/2 rounded-full bg-current" />
  );
}
