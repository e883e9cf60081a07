// What Ctrl-C does to work that listens, to work that does not, to clean-up and to the program in the foreground.
import { describe, expect, it } from 'vitest';
import { Interrupted } from '../../../src/errors/interrupted.ts';
import { Interrupts } from '../../../src/platform/interrupts.ts';
import { VirtualClock } from '../../../src/sim/kernel/virtual-clock.ts';

function setUp(): { clock: VirtualClock; interrupts: Interrupts } {
  const clock = new VirtualClock();
  return { clock, interrupts: new Interrupts(clock) };
}

describe('Ctrl-C', () => {
  it('ends work that listens with what it throws', async () => {
    const { interrupts } = setUp();
    const work = interrupts.run(
      () => new Promise((_resolve, reject) => interrupts.signal.addEventListener('abort', () => reject(interrupts.signal.reason as Error))),
    );
    expect(interrupts.receive('SIGINT')).toBe(true);
    await expect(work).rejects.toMatchObject({ name: 'Interrupted', exitCode: 130 });
  });

  it('leaves work behind that does not listen', async () => {
    const { clock, interrupts } = setUp();
    const work = interrupts.run(() => new Promise(() => {}));
    const failed = expect(work).rejects.toBeInstanceOf(Interrupted);
    interrupts.receive('SIGTERM');
    await clock.advance(200);
    await failed;
    expect(interrupts.signal.reason).toMatchObject({ exitCode: 143 });
  });

  it('waits for clean-up', async () => {
    const { clock, interrupts } = setUp();
    const cleaned = Promise.withResolvers<string>();
    const work = interrupts.run(() => interrupts.protect(() => cleaned.promise));
    interrupts.receive('SIGINT');
    await clock.advance(60_000);
    cleaned.resolve('clean');
    expect(await work).toBe('clean');
  });

  it('a second time is not argued with', () => {
    const { interrupts } = setUp();
    expect(interrupts.receive('SIGINT')).toBe(true);
    expect(interrupts.receive('SIGINT')).toBe(false);
  });

  it('is not meant by a terminal that hangs up more than once', () => {
    const { interrupts } = setUp();
    expect(interrupts.receive('SIGHUP')).toBe(true);
    expect(interrupts.receive('SIGHUP')).toBe(true);
    expect(interrupts.signal.reason).toMatchObject({ exitCode: 129 });
  });

  it('belongs to the program in the foreground while there is one', async () => {
    const { interrupts } = setUp();
    await interrupts.foreground(async () => {
      expect(interrupts.receive('SIGINT')).toBe(true);
      expect(interrupts.signal.aborted).toBe(false);
    });
    interrupts.receive('SIGINT');
    expect(interrupts.signal.aborted).toBe(true);
  });
});

it('knows whether what is at work takes back what it has begun', async () => {
  const { interrupts } = setUp();
  const seen: boolean[] = [];
  await interrupts.protect(async () => void seen.push(interrupts.putsBack));
  await interrupts.protect(async () => void seen.push(interrupts.putsBack), { putsBack: false });
  expect([...seen, interrupts.putsBack]).toEqual([true, false, false]);
});
