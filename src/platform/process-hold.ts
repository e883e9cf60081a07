// Keeps this process alive while it waits for something that does not do so by itself, such as a timer of the clock.

export function holdProcess(): { release(): void } {
  const handle = setInterval(() => {}, 2 ** 31 - 1);
  return { release: () => clearInterval(handle) };
}
