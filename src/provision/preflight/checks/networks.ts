// Do the addresses of the cluster file fit what the hosts have: node addresses, networks of pods and Services, the virtual address.
import { contains, isIP, type Network, overlap, parseNetwork } from '../../cluster-file/addresses.ts';
import { answer, answers, interfaceOf, type Survey } from '../../survey/survey.ts';
import { cannotTell, type Check, green, red, yellow } from '../check.ts';
import { isOurs, OF_POD_NETWORK } from './own.ts';

export const nodeIp: Check = {
  name: 'node-ip',
  look(host, { survey }) {
    const facts = survey(host);
    const own = answers(facts, 'address');
    if (!own.length) return cannotTell('its addresses');
    const found = interfaceOf(facts, host.nodeIP);
    if (found) return green(`${host.nodeIP} on ${found.interface}`);
    const told = own.map((line) => line.split(/[ /]/)[1] ?? '').filter((address) => !/^(127\.|::1$|fe80)/.test(address));
    return red(`no interface has ${host.nodeIP}; it has ${told.join(', ') || 'none'}`, 'correct address or nodeIP of the host in the cluster file');
  },
};

interface Line {
  readonly network: Network;
  readonly link: string;
}

/** Networks that the host reaches without its default route. */
function networksOf(facts: Survey, ours: boolean): readonly Line[] {
  const routes = answers(facts, 'route').map((line) => line.split(' '));
  const addresses = answers(facts, 'address').map((line) => line.split(' ').toReversed());
  return [...routes, ...addresses].flatMap(([text = '', link = '']) => {
    const network = parseNetwork(text.includes('/') ? text : `${text}/${text.includes(':') ? 128 : 32}`);
    // Ours: routes to pods of other nodes, too, lead over links of the pod network or, without an overlay, over the card.
    return network && link !== 'lo' && !(ours && OF_POD_NETWORK.test(link)) ? [{ network, link }] : [];
  });
}

export const networks: Check = {
  name: 'networks',
  look(host, { survey, spec }) {
    const facts = survey(host);
    if (!answers(facts, 'address').length) return cannotTell('its networks');
    const ours = isOurs(facts, spec);
    const { podCIDR, serviceCIDR } = spec.file.networking;
    for (const [name, text] of Object.entries({ podCIDR, serviceCIDR })) {
      const wanted = parseNetwork(text);
      const clash = wanted && networksOf(facts, ours).find(({ network }) => overlap(network, wanted) && !(ours && within(network, wanted)));
      if (clash)
        return red(
          `${name} ${text} overlaps ${clash.network.address}/${clash.network.prefix} on ${clash.link}`,
          `choose another network in the cluster file: networking.${name}`,
        );
    }
    return green(`${podCIDR} and ${serviceCIDR} are free`);
  },
};

export const routes: Check = {
  name: 'routes',
  hosts: ({ controlPlanes, workers }) => [...controlPlanes, ...workers],
  look(host, { survey, probe, spec }) {
    const { serviceCIDR } = spec.file.networking;
    const said = answer(probe(host), 'service-route');
    if (said === undefined) return cannotTell('whether it has a way to Services');
    return said === 'yes'
      ? green(`there is a way to ${serviceCIDR}`)
      : red(
          `has no default route, and none to ${serviceCIDR}: what runs there could not reach the API server as a Service`,
          `ip route add ${serviceCIDR} dev ${interfaceOf(survey(host), host.nodeIP)?.interface ?? 'INTERFACE'}`,
        );
  },
};

/** A part of it: what the cluster itself has given to a node. */
const within = (part: Network, whole: Network): boolean => part.prefix > whole.prefix && contains(whole, part.address);

export const virtualAddress: Check = {
  name: 'virtual-address',
  hosts: ({ virtual, controlPlanes }) => (virtual ? controlPlanes : []),
  look(host, { survey, probe, spec }) {
    const { address } = spec.endpoint;
    const facts = survey(host);
    const own = answers(facts, 'address').map((line) => line.split(' ')[1] ?? '');
    const holder = spec.controlPlanes.find((each) => interfaceOf(survey(each), address));
    const outsider = spec.hosts.find((each) => !spec.controlPlanes.includes(each) && interfaceOf(survey(each), address));
    if (outsider) return red(`${outsider.name}, which is no control plane, has ${address}`, 'take it away from there, or choose another endpoint.address');
    const wanted = spec.virtual?.interface;
    if (wanted !== undefined && answers(facts, 'address').length && !answers(facts, 'address').some((line) => line.startsWith(`${wanted} `)))
      return red(`has no interface ${wanted} with an address`, 'correct endpoint.interface in the cluster file: ip -br addr');
    if (own.length && !own.some((each) => isOnLink(each, address)))
      return yellow(`${address} is in none of its networks: others find it only by a route`, 'choose an endpoint.address of the network of the control planes');
    if (holder) return green(`${address} is held by ${holder.name}`);
    if (host !== spec.first || isOurs(facts, spec)) return green(`${address} can be held here`);
    return whoAnswers(
      address,
      answers(probe(host), 'virtual')[0],
      (mac) => spec.controlPlanes.find((each) => answers(survey(each), 'mac').some((line) => line.toLowerCase().endsWith(` ${mac}`)))?.name,
    );
  },
};

function isOnLink(own: string, address: string): boolean {
  const network = parseNetwork(own);
  return network !== undefined && contains(network, address);
}

function whoAnswers(address: string, found: string | undefined, nameOf: (mac: string) => string | undefined): ReturnType<Check['look']> {
  const [state = 'unknown', mac] = (found ?? '').split(' ').filter(Boolean);
  const name = mac === undefined ? undefined : nameOf(mac.toLowerCase());
  if (name !== undefined) return green(`${address} is held by ${name}`);
  if (mac !== undefined || state === 'open' || state === 'refused')
    return red(`${address} is taken: ${mac ?? 'somebody'} answers`, `find out who it is (ip neigh show ${address}), or choose another endpoint.address`);
  return state === 'unknown' ? cannotTell(`whether somebody has ${address}`) : green(`${address} is free`);
}

const API_PORT = 6443;

/** Of one control plane: kubeadm asks the API at this address, and would wait in vain where it leads elsewhere. */
export const endpointAddress: Check = {
  name: 'endpoint',
  hosts: ({ virtual, file, hosts }) => (virtual || !file.endpoint ? [] : hosts),
  look(host, { survey, probe, spec }) {
    const { address, port } = spec.endpoint;
    const own = answers(survey(spec.first), 'address').map((line) => line.split(/[ /]/)[1] ?? '');
    const [found] = answers(probe(host), 'endpoint');
    if (!isIP(address) && found === undefined) return cannotTell(`whether ${address} has an address: there is no getent`);
    const led = isIP(address) ? [address] : (found ?? '').split(' ').filter((each) => isIP(each));
    if (!led.length)
      return red(`finds no address of the endpoint ${address}`, `add it to the name servers, or to /etc/hosts of each host: ${spec.first.nodeIP} ${address}`);
    if (!own.length) return cannotTell(`whether ${address} leads to ${spec.first.name}`);
    // An address of 127.0.0.0/8 leads every host to itself.
    if (led.every((each) => own.includes(each)) && (host === spec.first || !led.some((each) => /^127\.|^::1$/.test(each))))
      return port === API_PORT
        ? green(`${address} leads to ${spec.first.name}`)
        : yellow(
            `${address} leads to ${spec.first.name}, and its API listens at ${API_PORT}, not at ${port}`,
            `leave endpoint.port out, unless something leads ${port} to ${API_PORT}`,
          );
    return red(
      `the endpoint ${isIP(address) ? address : `${address} (${led.join(', ')})`} does not lead to ${spec.first.name}, which has ${own.filter((each) => !/^(127\.|::1$|fe80)/.test(each)).join(', ')}`,
      'correct endpoint.address in the cluster file, or leave it out; where a router leads it there, accept it',
    );
  },
};

export const vrrp: Check = {
  name: 'vrrp',
  hosts: ({ virtual, first }) => (virtual ? [first] : []),
  look(host, { survey, probe, spec }) {
    const group = spec.virtual?.routerId;
    if (isOurs(survey(host), spec)) return green(`group ${group} is this cluster's`);
    const tried = probe(host);
    if (!answers(tried, 'listened').length) return cannotTell(`whether another group of the LAN has router id ${group}: it has neither perl nor python3`);
    const known = new Set(spec.hosts.map(({ nodeIP }) => nodeIP));
    const other = answers(tried, 'vrrp')
      .map((line) => line.split(' '))
      .find(([from = '', id]) => id === String(group) && !known.has(from));
    if (!other) return green(`no other group ${group} was heard`);
    return red(`${other[0]} sends adverts with router id ${group}`, 'choose another in the cluster file: endpoint.routerId, 1 to 255');
  },
};
