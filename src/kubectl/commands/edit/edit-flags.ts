// The flags that the commands with an editor share.
import { bool } from '../../flags/flag.ts';
import { fileFlags, PRINT_FLAGS, VALIDATE } from '../../flags/sets.ts';
import { RECORD } from '../../writes/record.ts';

export const EDIT_FLAGS = {
  ...PRINT_FLAGS,
  ...fileFlags('is edited'),
  record: RECORD,
  validate: VALIDATE,
  'windows-line-endings': bool('Line endings of the edited file as on Windows.'),
} as const;
