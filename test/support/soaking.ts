interface Figure {
  readonly what: string;
  readonly value: number;
  readonly unit: string;
  readonly atMost?: number;
  readonly met?: boolean;
}

type Soak = (
  tell: (what: string, value: number, unit: string, atMost?: number) => void,
) => Promise<void>;

const soaks: Soak[] = [];

/** Registers what a file of test/soak measures. */
export function soak(measure: Soak): void {
  soaks.push(measure);
}

/** Measures it; each figure is a line of JSON on stdout. */
export async function run(): Promise<void> {
  for (const measure of soaks) {
    await measure((what, value, unit, atMost) => {
      const figure: Figure = {
        what,
        value: Number(value.toPrecision(4)),
        unit,
        ...(atMost === undefined ? {} : { atMost, met: value <= atMost }),
      };
      process.stdout.write(`${JSON.stringify(figure)}\n`);
    });
  }
  process.exit(0);
}

/** Minutes, seconds or counts of a soak; an environment variable of this name shortens it for trying out. */
export function amount(name: string, byDefault: number): number {
  return Number(process.env[name] ?? byDefault);
}

export const seconds = (count: number) =>
  new Promise<void>(resolve => setTimeout(resolve, count * 1000));

/** A run that never ends by itself. */
export const endless = { problem: 'lasso', stopWhen: { steps: 1e12 } };
