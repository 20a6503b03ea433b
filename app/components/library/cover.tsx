'use client';
import { useState } from 'react';
import { coverUrl } from '../addresses';
import { Comb } from '../ui/hexagon';

/** A cover, always beside its title, so silent to screen readers. The comb stands in where there is none. */
export function Cover({
  coverId,
  seed,
  size = 'small',
  eager = false,
  rounded = 'rounded-md',
  className = '',
}: {
  coverId: string | null;
  seed: string;
  size?: 'small' | 'large';
  eager?: boolean;
  rounded?: 'rounded-md' | 'rounded-lg' | 'rounded-xl' | 'rounded-full';
  className?: string;
}) {
  const [failed, setFailed] = useState<string | null>(null);
  const box = `aspect-square shrink-0 overflow-hidden bg-line ${rounded} ${className}`;
  if (coverId === null || failed === coverId) {
    return (
      <div className={box}>
        <Comb seed={seed} className="size-full" />
      </div>
    );
  }
  return (
    <div className={box}>
      {/* biome-ignore lint/performance/noImgElement: covers come in two sizes from the gateway, which caches them for ever */}
      <img
        src={coverUrl(coverId, size)}
        alt=""
        width={size === 'small' ? 160 : 640}
        height={size === 'small' ? 160 : 640}
        loading={eager ? 'eager' : 'lazy'}
        decoding="async"
        onError={() => setFailed(coverId)}
        className="size-full object-cover"
      />
    </div>
  );
}
