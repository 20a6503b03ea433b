'use client';
import { later } from '../later';
import { Skeleton } from '../ui/states';
import { type CardsProps, GRID } from './card-layout';

/** Longer lists draw only what is in sight. */
const DRAWN_WHOLE = 60;
/** Stand in until what draws long lists is loaded. */
const FIRST_CARDS = 24;

const VirtualCards = later(() => import('./virtual-cards').then((module) => module.VirtualCards), FirstCards);

/** Cards in columns, of thousands only those in sight. */
export function CardList(props: CardsProps) {
  return props.count <= DRAWN_WHOLE ? <Cards {...props} /> : <VirtualCards {...props} />;
}

function FirstCards(props: CardsProps) {
  return <Cards {...props} count={FIRST_CARDS} />;
}

function Cards({ count, label, card }: CardsProps) {
  return (
    <ul aria-label={label} className={GRID}>
      {Array.from({ length: count }, (_, index) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: a list of places, whatever stands at each
        <li key={index}>{card(index)}</li>
      ))}
    </ul>
  );
}

/** In the place of a card that is on its way, as high as one. */
export function CardSkeleton({ round = false }: { round?: boolean }) {
  return (
    <div aria-busy="true">
      <Skeleton className={`aspect-square w-full ${round ? 'rounded-full' : 'rounded-lg'}`} />
      <Skeleton className="mt-3.5 h-3.5 w-3/4" />
      <Skeleton className="mt-2 h-3 w-1/2" />
    </div>
  );
}
