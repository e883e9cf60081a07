// Swap, turned off now and at boot, whoever turns it on: lines of fstab, units of systemd (also those that generators make, for zram or for partitions
// by their type), and services that make swap of their own. Shell texts; pure.
import { STATE_FOLDER } from '../host-state.ts';
import { SWAP_SERVICES } from '../survey/survey.ts';
import type { CommandAction } from '../plan/action.ts';

/** What was on, one a line, as /proc/swaps has it. */
const SWAPS_BEFORE = `${STATE_FOLDER}/swaps`;
/** `mask UNIT ACTIVE ENABLED`, `disable UNIT ACTIVE ENABLED`: what is done to units, and what systemd called their states before. */
const UNITS_BEFORE = `${STATE_FOLDER}/swap-units`;

/** `UNIT STATE` of those that turn swap on at boot. What fstab has is among them as long as it has it; `static` ones are nobody's wish by themselves. */
const UNITS = `swap_units() { systemctl list-unit-files --type=swap --no-legend --no-pager 2>/dev/null | awk '$2 ~ /^(enabled|enabled-runtime|generated)$/ {print $1, $2}'; }
swap_services() { for service in ${SWAP_SERVICES.join(' ')}; do if systemctl is-enabled -q "$service" 2>/dev/null || systemctl is-active -q "$service"; then echo "$service"; fi; done; }`;

const FSTAB_HAS_SWAP = 'grep -qsE "^[^#].*[[:space:]]swap[[:space:]]" /etc/fstab';

export const SWAP_OFF: CommandAction = {
  kind: 'command',
  id: 'swap-off',
  says: 'turn swap off, now and at boot',
  why: 'the kubelet does not start while there is swap',
  script: `mkdir -p -m 700 ${STATE_FOLDER}
if [ ! -f ${SWAPS_BEFORE} ]; then awk 'NR > 1 {print $1}' /proc/swaps > ${SWAPS_BEFORE}.new; mv ${SWAPS_BEFORE}.new ${SWAPS_BEFORE}; fi
${UNITS}
if ${FSTAB_HAS_SWAP}; then sed -i -E '/^[^#].*[[:space:]]swap[[:space:]]/s/^/#ckadet: /' /etc/fstab; fi
systemctl daemon-reload
# A unit that a generator made cannot be disabled; one of the administrator cannot be masked.
{ swap_services; swap_units; } | while read -r unit state; do
  if [ "$state" = generated ]; then how=mask; else how=disable; fi
  echo "$how $unit $(systemctl is-active "$unit" || true) $(systemctl is-enabled "$unit" 2>/dev/null || true)" >> ${UNITS_BEFORE}
  systemctl -q "$how" --now "$unit"
done
swapoff -a
left=$(awk 'NR > 1 {print $1}' /proc/swaps)
[ -z "$left" ] || { echo "swap is still on: $left" >&2; exit 1; }`,
  unless: `${UNITS}
test "$(wc -l < /proc/swaps)" -le 1 && ! ${FSTAB_HAS_SWAP} && [ -z "$(swap_units; swap_services)" ]`,
  // Only the lines that were marked, the units that were changed, and the swaps that were on: what was changed since stays.
  undo: `if grep -qs '^#ckadet: ' /etc/fstab; then sed -i 's/^#ckadet: //' /etc/fstab; fi
if [ -f ${UNITS_BEFORE} ]; then
  while read -r how unit was wanted; do
    case "$how $wanted" in
      mask*) back=unmask ;;
      *' enabled') back=enable ;;
      *' enabled-runtime') back='enable --runtime' ;;
      *) continue ;;
    esac
    systemctl -q $back "$unit" || echo "$unit is not there any more"
  done < ${UNITS_BEFORE}
fi
systemctl daemon-reload
if [ -f ${UNITS_BEFORE} ]; then
  while read -r how unit was wanted; do
    if [ "$was" = active ]; then systemctl start "$unit" || echo "$unit does not start any more"; fi
  done < ${UNITS_BEFORE}
fi
if [ -f ${SWAPS_BEFORE} ]; then
  while read -r swap; do
    if awk -v swap="$swap" 'NR > 1 && $1 == swap {on = 1} END {exit !on}' /proc/swaps; then continue; fi
    at=$(printf '%b' "$swap")
    # What somebody has removed since, or a service makes under another name, cannot be turned on.
    case $at in /dev/zram*) again=no ;; *) again=yes ;; esac
    if [ $again = yes ] && [ -e "$at" ]; then swapon "$at"; else echo "$at is not turned on again"; fi
  done < ${SWAPS_BEFORE}
fi`,
};
