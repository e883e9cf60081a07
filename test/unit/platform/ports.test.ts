// Free ports and the owners of taken ones.
import { createServer, type AddressInfo } from 'node:net';
import { expect, it } from 'vitest';
import { findKeepablePort, isPortFree, portOwner } from '../../../src/platform/ports.ts';

it('knows a taken port and who has it', async () => {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  expect(await isPortFree(port)).toBe(false);
  expect(await portOwner(port)).toMatch(new RegExp(`\\(pid ${process.pid}\\)$`));
  await new Promise((resolve) => server.close(resolve));
  expect(await isPortFree(port)).toBe(true);
  expect(await portOwner(port)).toBeUndefined();
});

it('finds a port to keep, passing over a taken one', async () => {
  const first = await findKeepablePort(13_999);
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(first, '127.0.0.1', resolve));
  const second = await findKeepablePort(first - 16_000);
  expect(second).not.toBe(first);
  expect([first, second].every((port) => port >= 16_000 && port < 30_000)).toBe(true);
  await new Promise((resolve) => server.close(resolve));
});
