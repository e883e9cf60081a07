// The lock that keeps two runs apart on a host. Shell texts; pure.

export const LOCK = '/run/ckadet.lock';
/** What the command that holds it prints, once it does. */
export const LOCKED = 'ckadet-locked';

/** Takes the lock as file descriptor 9, or ends with 75 and says who has it. `holder`, what others are told then, is a word of a shell. */
export const takeLock = (holder: string): string => `exec 9>>${LOCK}
if ! flock -n 9; then cat ${LOCK} >&2; exit 75; fi
printf '%s\\n' ${holder} > ${LOCK}`;

/** Holds it until standard input ends. */
export const holdLock = (holder: string): string => `${takeLock(holder)}
echo ${LOCKED}
cat > /dev/null
: > ${LOCK}`;
