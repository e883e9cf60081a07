// Where root finds programs on any host.

/** A line of shell. With the sudo of RHEL and its kin, PATH has the folders of the distribution alone; what an administrator puts on a host is in these. */
export const ROOT_PATH = 'PATH="$PATH:/usr/local/sbin:/usr/local/bin"';
