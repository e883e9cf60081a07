// How texts are put for people. Pure.

export const capital = (words: string): string => words.charAt(0).toUpperCase() + words.slice(1);

export const lastLines = (text: string, count: number): string => text.split('\n').slice(-count).join('\n');
