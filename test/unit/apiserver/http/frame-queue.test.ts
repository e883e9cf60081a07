// Frames for clients that read, that stop reading, and that have a long past to catch up with.
import { EventEmitter } from 'node:events';
import { describe, expect, it, vi } from 'vitest';
import type { Response } from '../../../../src/sim/apiserver/filters/filter.ts';
import { FrameQueue } from '../../../../src/sim/apiserver/http/frame-queue.ts';

/** Takes so many writes before it is full. */
class Client extends EventEmitter {
  readonly written: string[] = [];
  writableEnded = false;
  room = Infinity;
  write(bytes: Uint8Array): boolean {
    this.written.push(Buffer.from(bytes).toString());
    this.room--;
    return this.room > 0;
  }
  end(): void {
    this.writableEnded = true;
  }
}
const turn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));
const start = (client: Client): FrameQueue => new FrameQueue(client as unknown as Response);
const text = (value: string) => (): readonly Uint8Array[] => [Buffer.from(value)];

describe('frames', () => {
  it('of one turn leave in one write', async () => {
    const client = new Client();
    const queue = start(client);
    for (const each of ['a', 'b', 'c']) queue.add(text(each));
    await turn();
    expect(client.written).toEqual(['abc']);
  });

  it('of a long past leave in slices, with turns between', async () => {
    const client = new Client();
    const queue = start(client);
    for (let i = 0; i < 25_000; i++) queue.add(text('x'.repeat(100)));
    await turn();
    expect(client.written.length).toBe(1);
    await vi.waitUntil(() => client.written.join('').length === 2_500_000);
    expect(client.written.length).toBeGreaterThan(5);
    expect(client.writableEnded).toBe(false);
  });

  it('are not made for a client that does not read, and end it once too many wait', async () => {
    const client = new Client();
    client.room = 1;
    const queue = start(client);
    const ended = vi.fn<() => void>();
    queue.ended = ended;
    queue.add(text('first'));
    await turn();
    const made = vi.fn<() => readonly Uint8Array[]>(text('x'));
    for (let i = 0; i < 10_000; i++) queue.add(made);
    await turn();
    expect(made).not.toHaveBeenCalled();
    expect(ended).not.toHaveBeenCalled();
    queue.add(made);
    queue.add(made);
    expect(ended).toHaveBeenCalledOnce();
    expect(client.writableEnded).toBe(true);
  });

  it('go on where they stopped when the client reads again', async () => {
    const client = new Client();
    client.room = 1;
    const queue = start(client);
    queue.add(text('a'));
    await turn();
    queue.add(text('b'));
    await turn();
    expect(client.written).toEqual(['a']);
    client.room = Infinity;
    client.emit('drain');
    await turn();
    expect(client.written).toEqual(['a', 'b']);
  });

  it('that wait are sent before the end; a client that is gone gets none', async () => {
    const client = new Client();
    const queue = start(client);
    queue.add(text('last'));
    queue.finish();
    await turn();
    expect([client.written, client.writableEnded]).toEqual([['last'], true]);
    const gone = new Client();
    const other = start(gone);
    const ended = vi.fn<() => void>();
    other.ended = ended;
    gone.emit('close');
    other.add(text('late'));
    await turn();
    expect(gone.written).toEqual([]);
    expect(ended).toHaveBeenCalledOnce();
  });
});
