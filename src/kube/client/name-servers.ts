// Whom this machine asks for the addresses of names: Go's failures tell it, Node's do not.
import { getServers } from 'node:dns';

/** The failure with `nameServer`, where a name was not found. */
export const withNameServer = (error: NodeJS.ErrnoException): Error =>
  error.code === 'ENOTFOUND' ? Object.assign(error, { nameServer: nameServer() }) : error;

/** The first that names are asked of. */
function nameServer(): string {
  const [first = ''] = getServers();
  return /:\d+$/.test(first.replace(/^[\da-f:]+$/i, '')) ? first : `${first.includes(':') ? `[${first}]` : first}:53`;
}
