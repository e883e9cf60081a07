// Services of a host that were there before ckadet came. Shell texts; pure.

/** For one that is still running after its files were put back: it ran before, and shall run with what it had. */
export const restartIfActive = (unit: string): string => `systemctl daemon-reload
if systemctl is-active -q ${unit}; then systemctl restart ${unit}; fi`;
