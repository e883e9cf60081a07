// Databases, caches and brokers.
import type { ImageRepository } from '../image-repository.ts';

const MYSQL_VARIABLES = ['MYSQL_ROOT_PASSWORD', 'MYSQL_ALLOW_EMPTY_PASSWORD', 'MYSQL_RANDOM_ROOT_PASSWORD'];
const MARIADB_VARIABLES = [
  'MARIADB_ROOT_PASSWORD',
  'MARIADB_ROOT_PASSWORD_HASH',
  'MARIADB_ALLOW_EMPTY_ROOT_PASSWORD',
  'MARIADB_RANDOM_ROOT_PASSWORD',
  ...MYSQL_VARIABLES,
];
const ENTRYPOINT = ['docker-entrypoint.sh'];

export const DATA_STORES: readonly ImageRepository[] = [
  {
    name: 'docker.io/library/redis',
    tags: /latest|alpine|bookworm|[2-8](-alpine)?|(2\.8|3\.[02]|4\.0|5\.0|6\.[02]|7\.[024]|8\.[0246])(\.\d{1,2})?(-alpine(3\.\d+)?|-bookworm|-bullseye)?/,
    sizeMb: 45.1,
    base: 'debian',
    entrypoint: ENTRYPOINT,
    command: ['redis-server'],
    servers: { 'redis-server': { ports: [6379], stopCode: 0, greeting: ['* Ready to accept connections tcp'] } },
    tools: { 'redis-cli': ['PONG'] },
  },
  {
    name: 'docker.io/bitnami/redis',
    tags: /latest|[67]\.\d(\.\d+)?(-debian-12-r\d+)?/,
    sizeMb: 51,
    base: 'debian',
    uid: 1001,
    entrypoint: ['/opt/bitnami/scripts/redis/entrypoint.sh'],
    command: ['/opt/bitnami/scripts/redis/run.sh'],
    servers: {
      'run.sh': {
        ports: [6379],
        stopCode: 0,
        needsEnv: {
          anyOf: ['REDIS_PASSWORD', 'ALLOW_EMPTY_PASSWORD'],
          exitCode: 1,
          complaint:
            'The REDIS_PASSWORD environment variable is empty or not set. Set the environment variable ALLOW_EMPTY_PASSWORD=yes to allow the container to be started with blank passwords. This is recommended only for development.',
        },
      },
    },
  },
  {
    name: 'docker.io/library/memcached',
    tags: /latest|alpine|1|1-alpine|1\.[456](\.\d{1,2})?(-alpine|-bookworm)?/,
    sizeMb: 31.8,
    base: 'debian',
    uid: 11211,
    entrypoint: ENTRYPOINT,
    command: ['memcached'],
    servers: { memcached: { ports: [11211], stopCode: 0 } },
  },
  {
    name: 'docker.io/library/postgres',
    tags: /latest|alpine|bookworm|(9|9\.[3-6]|1[0-8])(\.\d{1,2})?(-alpine(3\.\d+)?|-bookworm|-bullseye)?/,
    sizeMb: 158,
    base: 'debian',
    entrypoint: ENTRYPOINT,
    command: ['postgres'],
    servers: {
      postgres: {
        ports: [5432],
        stopCode: 0,
        readyAfterMs: 800,
        greeting: ['PostgreSQL init process complete; ready for start up.', 'LOG:  database system is ready to accept connections'],
        needsEnv: {
          anyOf: ['POSTGRES_PASSWORD', 'POSTGRES_HOST_AUTH_METHOD'],
          exitCode: 1,
          complaint:
            'Error: Database is uninitialized and superuser password is not specified.\n       You must specify POSTGRES_PASSWORD to a non-empty value for the\n       superuser. For example, "-e POSTGRES_PASSWORD=password" on "docker run".',
        },
      },
    },
    tools: { pg_isready: ['/var/run/postgresql:5432 - accepting connections'], psql: [] },
  },
  {
    name: 'docker.io/library/mysql',
    tags: /latest|lts|innovation|(5|5\.[5-7]|8|8\.[0-4]|9|9\.\d)(\.\d{1,2})?(-debian|-oracle|-oraclelinux9)?/,
    sizeMb: 232,
    base: 'debian',
    entrypoint: ENTRYPOINT,
    command: ['mysqld'],
    servers: {
      mysqld: {
        ports: [3306, 33060],
        stopCode: 0,
        readyAfterMs: 2_000,
        greeting: ['[Entrypoint]: MySQL init process done. Ready for start up.', '[System] [MY-010931] [Server] /usr/sbin/mysqld: ready for connections.'],
        needsEnv: {
          anyOf: MYSQL_VARIABLES,
          exitCode: 1,
          complaint:
            '[ERROR] [Entrypoint]: Database is uninitialized and password option is not specified\n    You need to specify one of the following as an environment variable:\n    - MYSQL_ROOT_PASSWORD\n    - MYSQL_ALLOW_EMPTY_PASSWORD\n    - MYSQL_RANDOM_ROOT_PASSWORD',
        },
      },
    },
    tools: { mysqladmin: ['mysqld is alive'], mysql: [] },
  },
  {
    name: 'docker.io/library/mariadb',
    tags: /latest|lts|noble|jammy|(10|10\.\d{1,2}|11|11\.\d|12|12\.\d)(\.\d{1,2})?(-jammy|-noble|-focal)?/,
    sizeMb: 124,
    base: 'debian',
    entrypoint: ENTRYPOINT,
    command: ['mariadbd'],
    servers: {
      mariadbd: {
        ports: [3306],
        stopCode: 0,
        readyAfterMs: 1_500,
        needsEnv: {
          anyOf: MARIADB_VARIABLES,
          exitCode: 1,
          complaint:
            '[ERROR] [Entrypoint]: Database is uninitialized and password option is not specified\n\tYou need to specify one of MARIADB_ROOT_PASSWORD, MARIADB_ROOT_PASSWORD_HASH, MARIADB_ALLOW_EMPTY_ROOT_PASSWORD and MARIADB_RANDOM_ROOT_PASSWORD',
        },
      },
    },
    tools: { 'mariadb-admin': ['mysqld is alive'], mariadb: [] },
  },
  {
    name: 'docker.io/library/mongo',
    tags: /latest|[3-8]|[3-8]\.\d(\.\d{1,2})?(-jammy|-noble|-focal)?/,
    sizeMb: 268,
    base: 'debian',
    entrypoint: ENTRYPOINT,
    command: ['mongod'],
    servers: { mongod: { ports: [27017], stopCode: 0, readyAfterMs: 500 } },
    tools: { mongosh: [] },
  },
  {
    name: 'docker.io/library/rabbitmq',
    tags: /latest|alpine|management|[34](\.\d+)?(\.\d+)?(-management)?(-alpine)?/,
    sizeMb: 105,
    base: 'debian',
    entrypoint: ENTRYPOINT,
    command: ['rabbitmq-server'],
    servers: { 'rabbitmq-server': { ports: [5672, 15672], http: { 15672: 'any' }, stopCode: 0, readyAfterMs: 3_000 } },
  },
  {
    name: 'docker.io/library/cassandra',
    tags: /latest|[345](\.\d+)?(\.\d+)?/,
    sizeMb: 178,
    base: 'debian',
    entrypoint: ENTRYPOINT,
    command: ['cassandra', '-f'],
    servers: { cassandra: { ports: [9042, 7000], stopCode: 143, readyAfterMs: 8_000 } },
  },
  {
    name: 'docker.io/library/zookeeper',
    tags: /latest|3\.\d(\.\d+)?/,
    sizeMb: 118,
    base: 'debian',
    entrypoint: ['/docker-entrypoint.sh'],
    command: ['zkServer.sh', 'start-foreground'],
    servers: { 'zkServer.sh': { ports: [2181], stopCode: 143, readyAfterMs: 900 } },
  },
  {
    name: 'docker.io/elastic/elasticsearch',
    tags: /[78]\.\d+\.\d+/,
    sizeMb: 620,
    base: 'debian',
    uid: 1000,
    entrypoint: ['/bin/tini', '--'],
    command: ['eswrapper'],
    servers: { eswrapper: { ports: [9200, 9300], http: { 9200: 'any' }, stopCode: 143, readyAfterMs: 9_000 } },
  },
  {
    name: 'docker.io/minio/minio',
    tags: /latest|RELEASE\.[\dTZ-]+/,
    sizeMb: 61,
    base: 'debian',
    entrypoint: ['/usr/bin/docker-entrypoint.sh'],
    command: ['minio'],
    servers: { minio: { ports: [9000, 9001], http: { 9000: 'any', 9001: 'any' }, stopCode: 0 } },
  },
];
