'use client';

export interface Bar {
  key: string;
  value: number;
  /** The bar in words, such as "Monday: 3 plays". */
  text: string;
  /** Below the bar; most have none, so that they do not run into each other. */
  label?: string;
}

const HEIGHT = 100;
const WIDTH = 10;
/** Of a bar's place, what is left between it and the next. */
const GAP = 0.22;
/** A play that happened is seen, however many there were on the best day. */
const LEAST_HEIGHT = 2.5;

/** Bars in a row. Whoever cannot see them is read the list behind them. */
export function Bars({ bars, label }: { bars: readonly Bar[]; label: string }) {
  const max = Math.max(1, ...bars.map(({ value }) => value));
  const place = bars.length === 0 ? 0 : 100 / bars.length;
  return (
    <figure aria-label={label}>
      <svg
        aria-hidden="true"
        viewBox={`0 0 ${bars.length * WIDTH} ${HEIGHT}`}
        preserveAspectRatio="none"
        className="block h-32 w-full"
      >
        {bars.map(({ key, value, text }, i) => {
          const height = value === 0 ? 0 : Math.max(LEAST_HEIGHT, (value / max) * HEIGHT);
          return (
            <g key={key}>
              <title>{text}</title>
              <rect x={i * WIDTH} y="0" width={WIDTH} height={HEIGHT} fill="transparent" />
              <rect
                x={i * WIDTH + (WIDTH * GAP) / 2}
                y={HEIGHT - height}
                width={WIDTH * (1 - GAP)}
                height={height}
                fill="var(--honey-deep)"
              />
            </g>
          );
        })}
        <line
          x1="0"
          x2={bars.length * WIDTH}
          y1={HEIGHT}
          y2={HEIGHT}
          stroke="var(--line-strong)"
          vectorEffect="non-scaling-stroke"
        />
      </svg>
      <div aria-hidden="true" className="relative mt-1.5 h-4 text-[0.6875rem] text-soft numbers">
        {bars.map(({ key, label: below }, i) =>
          below === undefined ? null : (
            <span
              key={key}
              style={{ left: i === 0 ? 0 : `${place * (i + 0.5)}%` }}
              // The first stays within the page.
              className={`absolute whitespace-nowrap ${i === 0 ? '' : '-translate-x-1/2'}`}
            >
              {below}
            </span>
          ),
        )}
      </div>
      <ol className="sr-only">
        {bars
          .filter(({ value }) => value > 0)
          .map(({ key, text }) => (
            <li key={key}>{text}</li>
          ))}
      </ol>
    </figure>
  );
}
