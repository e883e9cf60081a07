// Lines of at most so many characters, broken at white space. Models github.com/mitchellh/go-wordwrap

export function wordWrap(text: string, limit: number): string {
  let out = '';
  let current = 0;
  let word = '';
  let space = '';
  const length = (part: string): number => [...part].length;
  for (const char of text) {
    if (char === '\n') {
      if (word === '') out += current + length(space) > limit ? '' : space;
      else out += space + word;
      out += char;
      space = '';
      word = '';
      current = 0;
    } else if (/\s/.test(char) && char !== '\u00a0') {
      if (space === '' || word !== '') {
        current += length(space) + length(word);
        out += space + word;
        space = '';
        word = '';
      }
      space += char;
    } else {
      word += char;
      if (current + length(word) + length(space) > limit && length(word) < limit) {
        out += '\n';
        current = 0;
        space = '';
      }
    }
  }
  if (word !== '') out += space + word;
  else if (current + length(space) <= limit) out += space;
  return out;
}

/** Every line so much further to the right. */
export const indented = (amount: number, text: string): string => text.replace(/^/gm, ' '.repeat(amount));
